#include "environment/secret_encodings.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "text/hex.hpp"
#include "wire/raw_json.hpp"

namespace understudy::daemon::environment {

namespace {

/// Shorter secrets would match ordinary words in these encodings.
constexpr std::size_t shortest_encoded = 8;

void append_unit(std::string& out, std::uint32_t unit) {
  out += fmt::format("\\u{:04x}", unit);
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

/// The base64 digits that depend on the secret alone when it begins `shift` bytes after a multiple of three.
std::string in_base64(std::string_view text, std::size_t shift, std::string_view last_two) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const auto bit = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i / 8]) >> (7 - i % 8) & 1u);
  };
  const std::size_t before = shift * 8;
  const std::size_t first = (before + 5) / 6;
  const std::size_t end = (before + text.size() * 8) / 6;
  std::string out;
  for (auto digit = first; digit < end; ++digit) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 6; ++i) value = value << 1 | bit(digit * 6 + i - before);
    out += value < digits.size() ? digits[value] : last_two[value - digits.size()];
  }
  return out;
}

}  // namespace

std::set<std::string> encodings_of(std::string_view secret) {
  const auto own = wire::quoted(secret);
  std::set<std::string> all{std::string(secret), own.substr(1, own.size() - 2)};
  for (const bool ascii_only : {false, true})
    for (const bool slashes : {false, true}) all.insert(escaped(secret, ascii_only, slashes));
  if (secret.size() < shortest_encoded) return all;
  all.insert(text::to_hex(secret));
  all.insert(text::to_hex(secret, "0123456789ABCDEF"));
  for (std::size_t shift = 0; shift < 3; ++shift)
    for (const auto* last_two : {"+/", "-_"}) all.insert(in_base64(secret, shift, last_two));
  return all;
}

}  // namespace understudy::daemon::environment
