#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

namespace understudy::daemon::agl {

/// Answers to the questions that were asked since the store last changed: dashboards ask the same ones again
/// and again. Used on the library's thread alone.
class Memo {
 public:
  /// Null when it is not known. `version` is Reader::data_version().
  [[nodiscard]] const std::string* find(std::int64_t version, const std::string& question);
  void keep(std::int64_t version, std::string question, std::string answer);

 private:
  void follow(std::int64_t version);

  std::int64_t version_{0};
  std::size_t size_{0};
  std::unordered_map<std::string, std::string> answers_{};
};

}  // namespace understudy::daemon::agl
