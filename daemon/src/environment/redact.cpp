#include "environment/redact.hpp"

#include <algorithm>
#include <array>

#include "wire/raw_json.hpp"

namespace understudy::daemon::environment {

namespace {

constexpr std::string_view mask = "•••";
constexpr std::size_t shortest_secret = 6;
constexpr std::array<std::string_view, 6> key_prefixes{"sk-ant-", "sk-or-", "sk-proj-",
                                                       "Bearer ", "AIza",   "sk-"};
constexpr std::size_t shortest_key_tail = 16;

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

/// Length of a vendor key at `at`, or 0. An operator's own names ("sk-review") are too short to count.
std::size_t key_length(std::string_view text, std::size_t at, std::size_t& keep) {
  for (const auto prefix : key_prefixes) {
    if (text.compare(at, prefix.size(), prefix) != 0) continue;
    std::size_t end = at + prefix.size();
    while (end < text.size() && is_key_character(text[end])) ++end;
    if (end - at - prefix.size() < shortest_key_tail) continue;
    keep = prefix.size();
    return end - at;
  }
  return 0;
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    if (secret.size() < shortest_secret) continue;
    secrets_.push_back(secret);
    const auto quoted = wire::quoted(secret);
    if (quoted.size() != secret.size() + 2) secrets_.push_back(quoted.substr(1, quoted.size() - 2));
  }
  std::sort(secrets_.begin(), secrets_.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Redactor::operator()(std::string_view text) const {
  std::string out(text);
  for (const auto& secret : secrets_)
    for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret, at + mask.size()))
      out.replace(at, secret.size(), mask);
  for (std::size_t at = out.find_first_of("sBA"); at != std::string::npos;
       at = out.find_first_of("sBA", at + 1)) {
    const bool inside_word = at > 0 && is_key_character(out[at - 1]);
    std::size_t keep = 0;
    if (const auto length = inside_word ? 0 : key_length(out, at, keep); length > 0)
      out.replace(at + keep, length - keep, mask);
  }
  return out;
}

}  // namespace understudy::daemon::environment
