#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>

namespace understudy::daemon::agl {

/// A cache of answers, valid until the store changes: dashboards repeat the same requests. Used on one
/// thread of the read pool only.
class Memo {
 public:
  /// Null when not cached. `version` is Reader::data_version().
  [[nodiscard]] const std::string* find(std::int64_t version, const std::string& key);
  void keep(std::int64_t version, std::string key, std::string answer);

 private:
  void follow(std::int64_t version);

  std::int64_t version_{0};
  std::size_t size_{0};
  std::unordered_map<std::string, std::string> answers_{};
};

}  // namespace understudy::daemon::agl
