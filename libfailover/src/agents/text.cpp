#include "agents/text.hpp"

#include <algorithm>
#include <utility>

#include "characters.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

namespace {

constexpr std::string_view replacement{"\xEF\xBF\xBD"};
constexpr std::string_view cut{"…"};
constexpr std::size_t longest_word = 4096;

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = bytes[at] == '\0' ? 0 : character_length(bytes, at);
    text.append(length == 0 ? replacement : bytes.substr(at, length));
    at += std::max<std::size_t>(length, 1);
  }
  return text;
}

std::string_view head_of(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  auto end = limit;
  for (std::size_t back = 0; back < 3 && end > 0 && is_continuation(text[end]); ++back) --end;
  return text.substr(0, end);
}

std::string clipped(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return valid_utf8(text);
  if (limit < cut.size()) return {};
  return valid_utf8(head_of(text, limit - cut.size())).append(cut);
}

void Tail::append(std::string_view bytes) {
  if (bytes.size() > limit_) {
    lost_ = true;
    kept_.clear();
    bytes.remove_prefix(bytes.size() - limit_);
  }
  if (kept_.size() + bytes.size() > 2 * limit_) {
    lost_ = true;
    kept_.erase(0, kept_.size() - (limit_ - std::min(limit_, bytes.size())));
  }
  kept_.append(bytes);
}

std::string_view Tail::newest(std::size_t max) const {
  std::string_view text = kept_;
  max = std::min(max, limit_);
  const bool is_cut = lost_ || text.size() > max;
  if (text.size() > max) text.remove_prefix(text.size() - max);
  if (!is_cut) return text;
  const auto line_end = text.find('\n');
  if (line_end != std::string_view::npos && line_end + 1 < text.size()) return text.substr(line_end + 1);
  const auto word_end = text.substr(0, longest_word).find_first_of(" \t");
  if (word_end != std::string_view::npos && word_end + 1 < text.size()) return text.substr(word_end + 1);
  while (!text.empty() && is_continuation(text[0])) text.remove_prefix(1);
  return text;
}

void NewestLines::add(std::string line) {
  size_ += line.size() + 1;
  lines_.push_back(std::move(line));
  while (size_ > limit_) {
    size_ -= lines_.front().size() + 1;
    lines_.pop_front();
  }
}

void NewestLines::append_to(std::string& out) const {
  for (const auto& line : lines_) {
    out += line;
    out += '\n';
  }
}

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
