#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace understudy::daemon::environment {

/// Takes secrets out of texts that people or logs will see: the known ones, also as JSON escapes write them,
/// and whatever looks like a vendor's key.
class Redactor {
 public:
  Redactor() = default;
  /// Texts shorter than six bytes are no secrets: they would blot out ordinary words.
  explicit Redactor(const std::vector<std::string>& secrets);
  [[nodiscard]] std::string operator()(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;  // longest first
};

}  // namespace understudy::daemon::environment
