#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <limits>
#include <utility>

#include "text/ascii.hpp"
#include "text/nearest.hpp"

namespace understudy::daemon::config {

namespace {

/// The type alone: the value may be a secret.
std::string_view type_of(const boost::json::value& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_number()) return "a number";
  return value.is_null() ? "null" : value.is_bool() ? "true or false" : "a string";
}

/// JSON has one kind of number: 5.0 and 5e0 are integers too.
std::optional<std::int64_t> whole_number(const boost::json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && std::in_range<std::int64_t>(value.get_uint64()))
    return static_cast<std::int64_t>(value.get_uint64());
  if (!value.is_double()) return std::nullopt;
  constexpr double two_to_63 = 9223372036854775808.0;
  const double number = value.get_double();
  if (!(number >= -two_to_63 && number < two_to_63) || number != std::floor(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

constexpr std::string_view variable_rule =
    "is not a variable name: letters, digits and _ only, no digit first";

}  // namespace

bool is_variable_name(std::string_view name) {
  return !name.empty() && !text::is_digit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return text::is_alphanumeric(c) || c == '_'; });
}

std::string line_problem(std::string_view text) {
  if (text.find('\0') != text.npos) return "must not contain NUL";
  return text.find('\n') != text.npos ? "must not contain a newline" : "";
}

std::string pointer_escape(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::string describe(const boost::json::value& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string() && value.get_string().size() > 60) return "a string";
  return boost::json::serialize(value);
}

Reader::Reader(const boost::json::value& value, std::string path, Parsed& out)
    : object_(value.if_object()), path_(std::move(path)), out_(out) {
  if (!object_) out_.errors.push_back({path_, "must be an object, got " + describe(value)});
}

bool Reader::has(std::string_view key) const {
  return object_ && object_->contains(key);
}
std::string Reader::path(std::string_view key) const {
  return path_ + "/" + std::string(key);
}

const boost::json::value* Reader::take(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return object_ ? object_->if_contains(key) : nullptr;
}

void Reader::error(std::string_view key, std::string reason) {
  out_.errors.push_back({path(key), std::move(reason)});
}
void Reader::warning(std::string_view key, std::string reason) {
  out_.warnings.push_back({path(key), std::move(reason)});
}
void Reader::wrong(std::string_view key, const std::string& expected, const boost::json::value& got) {
  error(key, expected + ", got " + describe(got));
}

void Reader::text(std::string_view key, std::string& to, bool may_be_empty) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_string()) return wrong(key, "must be a string", *value);
  if (!may_be_empty && value->get_string().empty()) return error(key, "must not be empty");
  if (value->get_string().find('\0') != std::string_view::npos) return error(key, "must not contain NUL");
  to = value->get_string();
}

void Reader::one_line(std::string_view key, std::string& to) {
  text(key, to, false);
  if (auto problem = line_problem(to); !problem.empty()) error(key, std::move(problem));
}

void Reader::secret(std::string_view key, std::optional<std::string>& to) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_string()) return error(key, fmt::format("must be a string, got {}", type_of(*value)));
  const auto& text = value->get_string();
  if (text.empty()) return error(key, "must not be empty");
  if (auto problem = line_problem(text); !problem.empty()) return error(key, std::move(problem));
  to = std::string(text);
}

void Reader::variable(std::string_view key, std::optional<std::string>& to, std::string_view direct) {
  secret(key, to);
  if (to && !is_variable_name(*to))
    error(key, fmt::format("{}; the key itself belongs in {}", variable_rule, direct));
}

void Reader::secret_file(std::string_view key, std::optional<std::string>& to, std::string_view direct) {
  secret(key, to);
  if (to && !to->starts_with('/'))
    error(key, fmt::format("must be an absolute path; the key itself belongs in {}", direct));
}

void Reader::flag(std::string_view key, bool& to) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_bool()) return wrong(key, "must be true or false", *value);
  to = value->get_bool();
}

void Reader::integer(std::string_view key, std::int64_t& to, std::int64_t min, std::int64_t max) {
  const auto* value = take(key);
  if (!value) return;
  const auto number = whole_number(*value);
  if (number && *number >= min && *number <= max) {
    to = *number;
    return;
  }
  if (max == std::numeric_limits<std::int64_t>::max())
    wrong(key,
          min == 1 ? "must be a positive integer" : fmt::format("must be an integer of at least {}", min),
          *value);
  else
    wrong(key, fmt::format("must be an integer from {} to {}", min, max), *value);
}

void Reader::decimal(std::string_view key, double& to, double min, double max) {
  const auto* value = take(key);
  if (!value) return;
  const double number = value->is_number() ? value->to_number<double>() : -1;
  if (number != 0 && !(number >= min && number <= max))
    return wrong(key, fmt::format("must be 0 or a number from {} to {}", min, max), *value);
  to = number;
}

void Reader::mebibytes(std::string_view key, std::int64_t& to, double min, double max) {
  constexpr double mebibyte = 1 << 20;
  double number = static_cast<double>(to) / mebibyte;
  decimal(key, number, min, max);
  to = std::llround(number * mebibyte);
}

void Reader::duration(std::string_view key, Milliseconds& to, Milliseconds unit, bool zero_allowed) {
  const auto* value = take(key);
  if (!value) return;
  constexpr std::int64_t longest = std::chrono::milliseconds{std::chrono::days{36500}}.count();
  const double number = value->is_number() ? value->to_number<double>() : -1;
  const double ms = number * static_cast<double>(unit.count());
  if (ms > static_cast<double>(longest))
    return wrong(key, fmt::format("must be a number up to {}, a hundred years", longest / unit.count()),
                 *value);
  if (!(number >= 0) || (number == 0 && !zero_allowed))
    return wrong(key, zero_allowed ? "must be a number of at least 0" : "must be a positive number", *value);
  to = Milliseconds{static_cast<std::int64_t>(std::llround(ms))};
  if (to.count() == 0 && number > 0) to = Milliseconds{1};
}

void Reader::duration(std::string_view key, std::optional<Milliseconds>& to, Milliseconds unit,
                      bool zero_allowed) {
  Milliseconds value{};
  duration(key, value, unit, zero_allowed);
  if (has(key)) to = value;
}

void Reader::each_text(std::string_view key, const VisitText& visit) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_array()) return wrong(key, "must be a list of strings", *value);
  for (std::size_t i = 0; i < value->get_array().size() && !out_.is_full(); ++i) {
    const auto& item = value->get_array()[i];
    const auto where = fmt::format("{}/{}", path(key), i);
    if (!item.is_string())
      out_.errors.push_back({where, "must be a string, got " + describe(item)});
    else if (item.get_string().find('\0') != std::string_view::npos)
      out_.errors.push_back({where, "must not contain NUL"});
    else
      visit(std::string(item.get_string()), where);
  }
}

void Reader::texts(std::string_view key, std::vector<std::string>& to) {
  each_text(key, [&to](const std::string& item, const std::string&) { to.push_back(item); });
}

void Reader::environment(std::string_view key, std::vector<std::pair<std::string, std::string>>& to) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_object()) return wrong(key, "must be an object of strings", *value);
  for (const auto& [name, item] : value->get_object()) {
    if (out_.is_full()) return;
    const auto refuse = [&, where = path(key) + "/" + pointer_escape(name)](std::string reason) {
      out_.errors.push_back({where, std::move(reason)});
    };
    if (!is_variable_name(name))
      refuse(std::string(variable_rule));
    else if (std::string_view(name).starts_with("UNDERSTUDY_"))
      refuse("is reserved: the daemon sets it for each task");
    else if (!item.is_string())
      refuse(fmt::format("must be a string, got {}", type_of(item)));
    else if (auto problem = line_problem(item.get_string()); !problem.empty())
      refuse(std::move(problem));
    else
      to.emplace_back(name, item.get_string());
  }
}

void Reader::finish() {
  if (!object_) return;
  for (const auto& member : *object_) {
    const std::string_view key = member.key();
    if (out_.is_full()) return;
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const auto nearest = text::nearest_of(known_, key);
    error(pointer_escape(key), nearest ? fmt::format("unknown key; did you mean '{}'?", *nearest)
                                       : fmt::format("unknown key; known are {}", fmt::join(known_, ", ")));
  }
}

}  // namespace understudy::daemon::config
