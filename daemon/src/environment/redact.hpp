#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::daemon::environment {

/// Takes secrets out of texts that people or logs will see: the known ones, also as JSON writers escape them
/// and where the text begins or ends within one, and whatever looks like a vendor's key. What was cut out of
/// a longer text may still show less than half of a secret, at most seven bytes, so redact first and cut then
/// where that is possible.
class Redactor {
 public:
  Redactor() = default;
  /// Texts shorter than six bytes are no secrets: they would blot out ordinary words.
  explicit Redactor(const std::vector<std::string>& secrets);
  [[nodiscard]] std::string operator()(std::string_view text) const;

 private:
  std::set<std::string> secrets_;  // in all their spellings
};

}  // namespace understudy::daemon::environment
