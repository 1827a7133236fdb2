#include "wire/raw_json.hpp"

#include <boost/json.hpp>
#include <unordered_map>

#include "text/hex.hpp"
#include "text/utf8.hpp"

namespace understudy::daemon::wire {

namespace {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      if (depth == 0) return at;
      continue;
    }
    if (c == '{' || c == '[')
      ++depth;
    else if (c == '}' || c == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    } else if (depth == 0 && (c == ',' || is_space(c)))
      return at;
    ++at;
  }
  return at;
}

}  // namespace

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return at + 1;
  }
  return text.size();
}

std::vector<std::pair<std::string, std::string_view>> raw_members(std::string_view object) {
  std::vector<std::pair<std::string, std::string_view>> members;
  // By hash: an object may have almost as many members as a body has bytes.
  std::unordered_map<std::string, std::size_t> places;
  std::size_t at = skip_space(object, 0);
  if (at >= object.size() || object[at] != '{') return members;
  ++at;
  while (at < object.size()) {
    at = skip_space(object, at);
    if (at >= object.size() || object[at] == '}') break;
    if (object[at] == ',') {
      ++at;
      continue;
    }
    const auto key_end = end_of_string(object, at);
    boost::system::error_code error;
    const auto key = boost::json::parse(object.substr(at, key_end - at), error);
    if (error || !key.is_string()) break;
    at = skip_space(object, key_end);
    if (at < object.size() && object[at] == ':') at = skip_space(object, at + 1);
    const auto value_end = end_of_value(object, at);
    const std::string name(key.get_string());
    const auto value = object.substr(at, value_end - at);
    const auto [place, is_new] = places.try_emplace(name, members.size());
    if (is_new)
      members.emplace_back(name, value);
    else
      members[place->second].second = value;
    at = value_end;
  }
  return members;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[i++];
    } else if (c == '\n') {
      out += "\\n";
      ++i;
    } else if (c < 0x20) {
      out += "\\u00";
      out += text::hex_digits[c >> 4];
      out += text::hex_digits[c & 15u];
      ++i;
    } else if (c < 0x80) {
      out += text[i++];
    } else if (const auto length = text::utf8_length(text, i); length > 0) {
      out.append(text, i, length);
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++i;
    }
  }
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_string(out, text);
  return out;
}

std::size_t quoted_size(std::string_view text) {
  std::size_t size = text.size() + 2;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '"' || byte == '\\')
      size += 1;
    else if (byte < 0x20)
      size += 5;
    else if (byte >= 0x80)
      size += 2;  // in case it is not UTF-8
  }
  return size;
}

bool has_more_values(std::string_view json, std::size_t max) {
  std::size_t values = 1;
  for (std::size_t at = 0; at < json.size() && values <= max; ++at) {
    const char c = json[at];
    if (c == '"')
      at = end_of_string(json, at) - 1;
    else if (c == ',' || c == '[' || c == '{')
      ++values;
  }
  return values > max;
}

}  // namespace understudy::daemon::wire
