#include "environment/redact.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "wire/raw_json.hpp"

namespace understudy::daemon::environment {

namespace {

constexpr std::string_view mask = "•••";
constexpr std::size_t shortest_secret = 6;
constexpr std::array<std::string_view, 7> key_prefixes{"sk-ant-", "sk-or-", "sk-proj-", "Bearer ",
                                                       "bearer ", "AIza",   "sk-"};
constexpr std::string_view first_of_prefixes = "sBbA";
constexpr std::size_t shortest_key_tail = 16;

/// Of a token: base64, base64url and what vendors put between.
bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.+/=~").find(c) != std::string_view::npos;
}
bool is_word_character(char c) {
  return is_key_character(c) && std::string_view("=/+").find(c) == std::string_view::npos;
}

/// A vendor's key at `at`, without its prefix; empty when there is none. An operator's own names
/// ("sk-review") are too short to count.
std::pair<std::size_t, std::size_t> key_tail(std::string_view text, std::size_t at) {
  for (const auto prefix : key_prefixes) {
    if (!text.substr(at).starts_with(prefix)) continue;
    const auto begin = at + prefix.size();
    auto end = begin;
    while (end < text.size() && is_key_character(text[end])) ++end;
    if (end - begin >= shortest_key_tail) return {begin, end};
  }
  return {at, at};
}

void append_unit(std::string& out, std::uint32_t unit) {
  static constexpr char hex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex[(unit >> shift) & 15u];
}

/// The code point of the UTF-8 sequence at `at`, which moves behind it. Only for valid text.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  const int tail = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  std::uint32_t point = tail == 0 ? lead : lead & (0x3Fu >> tail);
  for (int i = 0; i < tail && at < text.size(); ++i)
    point = point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
  return point;
}

/// As a JSON writer puts it in a string that prefers short escapes; some escape all but ASCII, some slashes
/// too.
std::string escaped(std::string_view text, bool ascii_only, bool slashes) {
  static constexpr std::string_view named = "\b\t\n\f\r\"\\";
  static constexpr std::string_view names = "btnfr\"\\";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (const auto i = named.find(c); i != named.npos) {
      out += '\\';
      out += names[i];
      ++at;
    } else if (c == '/' && slashes) {
      out += "\\/";
      ++at;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      append_unit(out, static_cast<unsigned char>(c));
      ++at;
    } else if (static_cast<unsigned char>(c) < 0x80 || !ascii_only) {
      out += c;
      ++at;
    } else if (const auto point = next_code_point(text, at); point >= 0x10000) {
      append_unit(out, 0xD800u + ((point - 0x10000u) >> 10));
      append_unit(out, 0xDC00u + ((point - 0x10000u) & 0x3FFu));
    } else {
      append_unit(out, point);
    }
  }
  return out;
}

/// Stretches of a text to be masked.
class Stretches {
 public:
  void add(std::size_t begin, std::size_t end) {
    if (begin < end) stretches_.emplace_back(begin, end);
  }
  [[nodiscard]] std::string apply(std::string_view text) {
    std::sort(stretches_.begin(), stretches_.end());
    std::string out;
    std::size_t done = 0;
    for (std::size_t i = 0; i < stretches_.size();) {
      auto [begin, end] = stretches_[i];
      for (++i; i < stretches_.size() && stretches_[i].first <= end; ++i)
        end = std::max(end, stretches_[i].second);
      out.append(text.substr(done, begin - done)).append(mask);
      done = end;
    }
    return out.append(text.substr(done));
  }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> stretches_;
};

/// A text may begin or end within a secret: the excerpt of a log, the tail of an output.
void add_cut(Stretches& found, std::string_view text, std::string_view secret) {
  const auto least = std::max<std::size_t>(4, std::min<std::size_t>(8, secret.size() / 2));
  const auto most = std::min(secret.size() - 1, text.size());
  for (auto length = most; length >= least; --length)
    if (text.ends_with(secret.substr(0, length))) {
      found.add(text.size() - length, text.size());
      break;
    }
  for (auto length = most; length >= least; --length)
    if (text.starts_with(secret.substr(secret.size() - length))) {
      found.add(0, length);
      break;
    }
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    if (secret.size() < shortest_secret) continue;
    const auto own = wire::quoted(secret);
    secrets_.insert({secret, own.substr(1, own.size() - 2)});
    for (const bool ascii_only : {false, true})
      for (const bool slashes : {false, true}) secrets_.insert(escaped(secret, ascii_only, slashes));
  }
}

std::string Redactor::operator()(std::string_view text) const {
  Stretches found;
  for (const auto& secret : secrets_) {
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + 1))
      found.add(at, at + secret.size());
    add_cut(found, text, secret);
  }
  for (auto at = text.find_first_of(first_of_prefixes); at != text.npos;
       at = text.find_first_of(first_of_prefixes, at + 1)) {
    if (at > 0 && is_word_character(text[at - 1])) continue;
    const auto [begin, end] = key_tail(text, at);
    found.add(begin, end);
  }
  return found.apply(text);
}

}  // namespace understudy::daemon::environment
