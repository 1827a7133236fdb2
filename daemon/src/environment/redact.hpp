#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace understudy::daemon::environment {

/// Masks secrets in texts for people and logs: known ones in all their encodings, also cut off by the
/// beginning or end of the text, and whatever looks like a vendor's key. An excerpt of a longer text may
/// still show less than half of a secret, at most seven bytes: redact before cutting where possible.
class Redactor {
 public:
  Redactor() = default;
  explicit Redactor(const std::vector<std::string>& secrets) {
    for (const auto& secret : secrets) add(secret);
  }
  /// Texts shorter than six bytes are ignored, as they would mask ordinary words; one of six bytes is masked
  /// only where it is a word of its own.
  void add(std::string_view secret);
  [[nodiscard]] std::string operator()(std::string_view text) const;

 private:
  class Stretches;
  /// Encodings by four of their bytes: a text is searched once, however many there are.
  struct Index {
    std::unordered_map<std::uint32_t, std::vector<std::string>> by_four{};
    std::array<std::uint64_t, 1024> maybe{};  // a bit for each hash, enough for most positions of a text
    void add(std::uint32_t four, const std::string& encoding);
    [[nodiscard]] const std::vector<std::string>* find(std::uint32_t four) const;
  };
  void find_in(std::string_view text, Stretches& found) const;

  std::unordered_set<std::string> known_{};
  Index by_head_{};
  Index by_tail_{};
  std::size_t longest_{0};
};

}  // namespace understudy::daemon::environment
