#include "agl/memo.hpp"

#include <utility>

namespace understudy::daemon::agl {

namespace {

constexpr std::size_t max_bytes = 4 << 20;
constexpr std::size_t longest = 512 << 10;

}  // namespace

void Memo::follow(std::int64_t version) {
  if (std::exchange(version_, version) == version) return;
  answers_.clear();
  size_ = 0;
}

const std::string* Memo::find(std::int64_t version, const std::string& question) {
  follow(version);
  const auto known = answers_.find(question);
  return known == answers_.end() ? nullptr : &known->second;
}

void Memo::keep(std::int64_t version, std::string question, std::string answer) {
  follow(version);
  const auto size = question.size() + answer.size();
  if (size > longest || size_ + size > max_bytes) return;
  if (answers_.emplace(std::move(question), std::move(answer)).second) size_ += size;
}

}  // namespace understudy::daemon::agl
