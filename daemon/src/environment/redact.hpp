#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace understudy::daemon::environment {

/// Takes secrets out of texts that people or logs will see: the known ones in all their spellings, also where
/// the text begins or ends within one, and whatever looks like a vendor's key. What was cut out of a longer
/// text may still show less than half of a secret, at most seven bytes, so redact first and cut then where
/// that is possible.
class Redactor {
 public:
  Redactor() = default;
  explicit Redactor(const std::vector<std::string>& secrets) {
    for (const auto& secret : secrets) add(secret);
  }
  /// One more. Texts shorter than six bytes are no secrets: they would blot out ordinary words; one of six is
  /// one only where it stands by itself.
  void add(std::string_view secret);
  [[nodiscard]] std::string operator()(std::string_view text) const;

 private:
  class Stretches;
  /// Spellings by four of their bytes: a text is looked through once, however many there are.
  struct Index {
    std::unordered_map<std::uint32_t, std::vector<std::string>> by_four{};
    std::array<std::uint64_t, 1024> maybe{};  // a bit for each hash: most places of a text need no more
    void add(std::uint32_t four, const std::string& spelling);
    [[nodiscard]] const std::vector<std::string>* find(std::uint32_t four) const;
  };
  void find_in(std::string_view text, Stretches& found) const;

  std::unordered_set<std::string> known_{};
  Index by_head_{};
  Index by_tail_{};
  std::size_t longest_{0};
};

}  // namespace understudy::daemon::environment
