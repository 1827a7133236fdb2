#include "config/document.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/reader.hpp"
#include "environment/atomic_file.hpp"

namespace understudy::daemon::config {

namespace {

namespace json = boost::json;

bool is_secret_key(std::string_view key) {
  return key == "api_key" || key == "auth_token";
}

/// Calls `visit(text, path)` for every secret text; the document may be changed through it.
template <class Value, class Visit>
void each_secret(Value& value, const std::string& path, bool in_env, const Visit& visit) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) {
      const auto where = path + "/" + pointer_escape(member.key());
      auto& child = member.value();
      if (child.is_string() && (in_env || is_secret_key(member.key())))
        visit(child, where);
      else
        each_secret(child, where, member.key() == "env", visit);
    }
  } else if (auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      each_secret((*array)[i], fmt::format("{}/{}", path, i), false, visit);
  }
}

void pretty(std::string& out, const json::value& value, int depth) {
  const std::string indent(static_cast<std::size_t>(depth + 1) * 2, ' ');
  const std::string outdent(static_cast<std::size_t>(depth) * 2, ' ');
  if (value.is_object() && !value.get_object().empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& member : value.get_object()) {
      if (!std::exchange(first, false)) out += ",\n";
      out += indent + json::serialize(json::string(member.key())) + ": ";
      pretty(out, member.value(), depth + 1);
    }
    out += "\n" + outdent + "}";
  } else if (value.is_array() && !value.get_array().empty() && value.get_array()[0].is_object()) {
    out += "[\n";
    bool first = true;
    for (const auto& item : value.get_array()) {
      if (!std::exchange(first, false)) out += ",\n";
      out += indent;
      pretty(out, item, depth + 1);
    }
    out += "\n" + outdent + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::expected<std::string, std::string> read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::unexpected(fmt::format("cannot read {}", path));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string etag_of(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string tag = "\"";
  for (std::size_t i = 0; i < 12; ++i) tag += fmt::format("{:02x}", digest[i]);
  return tag + '"';
}

json::value masked(const json::value& document) {
  json::value copy = document;
  each_secret(copy, "", false, [](json::value& secret, const std::string&) {
    if (!secret.get_string().empty()) secret = mask;
  });
  return copy;
}

json::value unmasked(const json::value& sent, const json::value& current, std::vector<Problem>& problems) {
  json::value copy = sent;
  each_secret(copy, "", false, [&](json::value& secret, const std::string& path) {
    if (secret.get_string() != mask) return;
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
  std::vector<std::string> secrets;
  each_secret(document, "", false, [&](const json::value& secret, const std::string&) {
    secrets.emplace_back(secret.get_string());
  });
  return secrets;
}

std::expected<std::string, std::string> save(const std::string& path, const json::value& document) {
  std::string text;
  pretty(text, document, 0);
  text += '\n';
  if (const auto former = read_text(path)) {
    if (auto kept = environment::write_atomically(path + ".bak", *former); !kept)
      return std::unexpected(kept.error());
  }
  if (auto written = environment::write_atomically(path, text); !written)
    return std::unexpected(written.error());
  return text;
}

}  // namespace understudy::daemon::config
