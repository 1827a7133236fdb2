#include "config/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "config/reader.hpp"
#include "files/atomic_file.hpp"
#include "text/hex.hpp"
#include "wire/json_text.hpp"
#include "wire/mask.hpp"

namespace understudy::daemon::config {

namespace {

namespace json = boost::json;

/// Everything below it is secret, in lists too.
bool is_secret_key(std::string_view key) {
  return key.ends_with("key") || key.ends_with("token") || key == "headers" || key == "env";
}

/// Operators choose the names of the members, even "env".
bool holds_names(std::string_view path) {
  return path == "/providers" || path == "/agent_types";
}

/// Calls `visit(text, path, is_secret)` for every text; the document may be changed through it.
template <class Value, class Visit>
void each_text(Value& value, const std::string& path, bool in_secret, const Visit& visit) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) {
      const std::string_view key = member.key();
      const auto where = path + "/" + pointer_escape(key);
      const bool is_secret = in_secret || (is_secret_key(key) && !holds_names(path));
      if (member.value().is_string())
        visit(member.value(), where, is_secret);
      else
        each_text(member.value(), where, is_secret, visit);
    }
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      if ((*array)[i].is_string())
        visit((*array)[i], fmt::format("{}/{}", path, i), in_secret);
      else
        each_text((*array)[i], fmt::format("{}/{}", path, i), in_secret, visit);
  }
}

template <class Value, class Visit>
void each_secret(Value& document, const Visit& visit) {
  each_text(document, "", false, [&](Value& text, const std::string& path, bool is_secret) {
    if (is_secret) visit(text, path);
  });
}

void add_keys(const json::value& value, std::set<std::string, std::less<>>& to) {
  if (const auto* object = value.if_object())
    for (const auto& member : *object) {
      to.emplace(member.key());
      add_keys(member.value(), to);
    }
  if (const auto* array = value.if_array())
    for (const auto& item : *array) add_keys(item, to);
}

void pretty(std::string& out, const json::value& value, int depth) {
  const auto line = [&out](int level) {
    out += '\n';
    out.append(static_cast<std::size_t>(level) * 2, ' ');
  };
  if (value.is_object() && !value.get_object().empty()) {
    out += '{';
    bool first = true;
    for (const auto& member : value.get_object()) {
      if (!std::exchange(first, false)) out += ',';
      line(depth + 1);
      out += json::serialize(json::string(member.key())) + ": ";
      pretty(out, member.value(), depth + 1);
    }
    line(depth);
    out += '}';
  } else if (value.is_array() && !value.get_array().empty()) {
    const bool of_objects = value.get_array()[0].is_object();
    out += '[';
    bool first = true;
    for (const auto& item : value.get_array()) {
      if (!std::exchange(first, false)) out += of_objects ? "," : ", ";
      if (of_objects) line(depth + 1);
      pretty(out, item, depth + 1);
    }
    if (of_objects) line(depth);
    out += ']';
  } else if (value.is_double()) {
    out += wire::float_text(value.get_double());  // serialize() would make 5E-2 of 0.05
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::expected<std::string, std::string> read_text(const std::string& path) {
  const auto failed = [&path](int error) {
    return std::unexpected(fmt::format("cannot read {}: {}", path, std::strerror(error)));
  };
  if (std::error_code ignored; std::filesystem::is_directory(path, ignored)) return failed(EISDIR);
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return failed(errno);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) return failed(EIO);
  return text;
}

std::string etag_of(std::string_view text) {
  // Everybody sees the tag, and the text without its keys. Without a salt, short keys could be guessed from
  // it.
  static const std::string salt = text::random_hex(32);
  return '"' + text::sha256_hex(salt + std::string(text)).substr(0, 24) + '"';
}

json::value masked(const json::value& document) {
  json::value copy = document;
  each_secret(copy, [](json::value& secret, const std::string&) {
    if (!secret.get_string().empty()) secret = wire::mask;
  });
  return copy;
}

json::value unmasked(const json::value& sent, const json::value& current, std::vector<Problem>& problems) {
  json::value copy = sent;
  each_secret(copy, [&](json::value& secret, const std::string& path) {
    if (secret.get_string() != wire::mask) return;
    boost::system::error_code error;
    const auto* known = current.find_pointer(path, error);
    if (known && known->is_string())
      secret = known->get_string();
    else
      problems.push_back({path, "the mask stands for no saved value; give the value itself"});
  });
  return copy;
}

std::vector<std::string> secrets_of(const json::value& document) {
  std::set<std::string, std::less<>> secrets, open;
  add_keys(document, open);
  each_text(document, "", false, [&](const json::value& text, const std::string&, bool is_secret) {
    (is_secret ? secrets : open).emplace(text.get_string());
  });
  std::vector<std::string> hidden;
  std::set_difference(secrets.begin(), secrets.end(), open.begin(), open.end(), std::back_inserter(hidden));
  return hidden;
}

std::expected<std::string, std::string> save(const std::string& path, const json::value& document) {
  std::string text;
  pretty(text, document, 0);
  text += '\n';
  if (const auto former = read_text(path)) {
    if (auto kept = files::write_atomically(path + ".bak", *former); !kept)
      return std::unexpected(kept.error());
  }
  if (auto written = files::write_atomically(path, text); !written) return std::unexpected(written.error());
  return text;
}

}  // namespace understudy::daemon::config
