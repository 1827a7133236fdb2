#include "agl/memo.hpp"

#include <utility>

namespace understudy::daemon::agl {

namespace {

constexpr std::size_t max_bytes = 4 << 20;
constexpr std::size_t max_entry = 512 << 10;

}  // namespace

void Memo::follow(std::int64_t version) {
  if (std::exchange(version_, version) == version) return;
  answers_.clear();
  size_ = 0;
}

const std::string* Memo::find(std::int64_t version, const std::string& key) {
  follow(version);
  const auto known = answers_.find(key);
  return known == answers_.end() ? nullptr : &known->second;
}

void Memo::keep(std::int64_t version, std::string key, std::string answer) {
  follow(version);
  const auto size = key.size() + answer.size();
  if (size > max_entry || size_ + size > max_bytes) return;
  if (answers_.emplace(std::move(key), std::move(answer)).second) size_ += size;
}

}  // namespace understudy::daemon::agl
