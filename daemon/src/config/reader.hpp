#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/parse.hpp"

namespace understudy::daemon::config {

/// One object of the document, read key by key; problems are noted with their paths. finish() reports
/// unknown keys.
class Reader {
 public:
  Reader(const boost::json::value& value, std::string path, Parsed& out);

  [[nodiscard]] bool valid() const { return object_ != nullptr; }
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path(std::string_view key) const;  ///< `key` may itself be a path: "instances/0"

  /// The value when present; marks the key as known.
  const boost::json::value* take(std::string_view key);

  /// Texts without NUL; those of `one_line` without newline too.
  void text(std::string_view key, std::string& to, bool may_be_empty = true);
  void one_line(std::string_view key, std::string& to);
  /// A secret, which no error repeats.
  void secret(std::string_view key, std::optional<std::string>& to);
  /// The name of a variable of the daemon's environment, where the secret is; `direct` is the key for the
  /// secret itself.
  void variable(std::string_view key, std::optional<std::string>& to, std::string_view direct);
  /// The absolute path of a file where the secret is.
  void secret_file(std::string_view key, std::optional<std::string>& to, std::string_view direct);
  void flag(std::string_view key, bool& to);
  void integer(std::string_view key, std::int64_t& to, std::int64_t min, std::int64_t max);
  template <class Int>
  void whole(std::string_view key, Int& to, std::int64_t min, std::int64_t max) {
    std::int64_t value = to;
    integer(key, value, min, max);
    to = static_cast<Int>(value);
  }
  /// Decimals allowed; 0 or from `min` to `max`.
  void decimal(std::string_view key, double& to, double min, double max);
  /// A number of MiB, decimals allowed, as bytes; 0 is allowed.
  void mebibytes(std::string_view key, std::int64_t& to, double min, double max);
  /// A number of `unit`s, decimals allowed.
  void duration(std::string_view key, Milliseconds& to, Milliseconds unit, bool zero_allowed);
  void duration(std::string_view key, std::optional<Milliseconds>& to, Milliseconds unit, bool zero_allowed);
  void texts(std::string_view key, std::vector<std::string>& to);
  /// As texts, with each item checked by `check`, which returns a sentence or nothing.
  template <class Check>
  void texts(std::string_view key, std::vector<std::string>& to, const Check& check) {
    each_text(key, [&](const std::string& item, const std::string& where) {
      if (std::string reason = check(item); !reason.empty())
        out_.errors.push_back({where, std::move(reason)});
      else
        to.push_back(item);
    });
  }
  /// Environment variables: identifiers to values without NUL or newline.
  void environment(std::string_view key, std::vector<std::pair<std::string, std::string>>& to);
  template <class T>
  void one_of(std::string_view key, T& to, std::initializer_list<std::pair<std::string_view, T>> choices) {
    const auto* value = take(key);
    if (!value) return;
    std::string names;
    for (const auto& [name, choice] : choices) {
      if (value->is_string() && value->get_string() == name) {
        to = choice;
        return;
      }
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    wrong(key, "must be one of " + names, *value);
  }

  void error(std::string_view key, std::string reason);
  void warning(std::string_view key, std::string reason);
  void wrong(std::string_view key, const std::string& expected, const boost::json::value& got);
  void finish();

 private:
  using VisitText = std::function<void(const std::string& item, const std::string& where)>;
  void each_text(std::string_view key, const VisitText& visit);

  const boost::json::object* object_{nullptr};
  std::string path_;
  Parsed& out_;
  std::vector<std::string> known_;
};

/// Why a text cannot be a line of an env file, or nothing.
[[nodiscard]] std::string line_problem(std::string_view text);
[[nodiscard]] bool is_variable_name(std::string_view name);

/// "-5", "a string", "an object": for "got …".
[[nodiscard]] std::string describe(const boost::json::value& value);
[[nodiscard]] std::string pointer_escape(std::string_view key);

}  // namespace understudy::daemon::config
