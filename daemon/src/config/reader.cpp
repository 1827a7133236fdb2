#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <limits>

namespace understudy::daemon::config {

namespace {

/// Edit distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

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
  known_.emplace_back(key);
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
  to = value->get_string();
}

void Reader::text(std::string_view key, std::optional<std::string>& to) {
  if (!has(key)) {
    take(key);
    return;
  }
  std::string value;
  text(key, value, false);
  if (!value.empty()) to = std::move(value);
}

void Reader::flag(std::string_view key, bool& to) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_bool()) return wrong(key, "must be true or false", *value);
  to = value->get_bool();
}

void Reader::integer(std::string_view key, std::int64_t& to, std::int64_t least, std::int64_t most) {
  const auto* value = take(key);
  if (!value) return;
  const bool whole = value->is_int64();
  if (whole && value->get_int64() >= least && value->get_int64() <= most) {
    to = value->get_int64();
    return;
  }
  if (most == std::numeric_limits<std::int64_t>::max())
    wrong(key,
          least == 1 ? "must be a positive integer" : fmt::format("must be an integer of at least {}", least),
          *value);
  else
    wrong(key, fmt::format("must be an integer from {} to {}", least, most), *value);
}

void Reader::duration(std::string_view key, Milliseconds& to, Milliseconds unit, bool zero_allowed) {
  const auto* value = take(key);
  if (!value) return;
  const double number = value->is_number() ? value->to_number<double>() : -1;
  constexpr double longest_ms = 1e13;  // three hundred years: more is a mistake
  const double ms = number * static_cast<double>(unit.count());
  if (!std::isfinite(number) || number < 0 || (number == 0 && !zero_allowed) || ms > longest_ms)
    return wrong(key, zero_allowed ? "must be a number of at least 0" : "must be a positive number", *value);
  to = Milliseconds{static_cast<std::int64_t>(std::llround(ms))};
  if (to.count() == 0 && number > 0) to = Milliseconds{1};
}

void Reader::texts(std::string_view key, std::vector<std::string>& to) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_array()) return wrong(key, "must be a list of strings", *value);
  to.clear();
  for (std::size_t i = 0; i < value->get_array().size(); ++i) {
    const auto& item = value->get_array()[i];
    if (item.is_string() && item.get_string().find('\0') == std::string_view::npos)
      to.emplace_back(item.get_string());
    else
      out_.errors.push_back({fmt::format("{}/{}", path(key), i), "must be a string, got " + describe(item)});
  }
}

void Reader::environment(std::string_view key, std::vector<std::pair<std::string, std::string>>& to) {
  const auto* value = take(key);
  if (!value) return;
  if (!value->is_object()) return wrong(key, "must be an object of strings", *value);
  for (const auto& [name, item] : value->get_object()) {
    const auto where = path(key) + "/" + pointer_escape(name);
    if (!is_variable_name(name)) {
      out_.errors.push_back({where, "is not a variable name: letters, digits and _ only, no digit first"});
    } else if (!item.is_string()) {
      out_.errors.push_back({where, "must be a string, got " + describe(item)});
    } else if (std::string_view(item.get_string()).find_first_of(std::string_view("\0\n", 2)) !=
               std::string_view::npos) {
      out_.errors.push_back({where, "must not contain a newline or NUL"});
    } else {
      to.emplace_back(name, item.get_string());
    }
  }
}

void Reader::finish() {
  if (!object_) return;
  for (const auto& member : *object_) {
    const std::string_view key = member.key();
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const auto nearest = std::min_element(known_.begin(), known_.end(), [&](const auto& a, const auto& b) {
      return distance(a, key) < distance(b, key);
    });
    std::string reason = "unknown key";
    if (nearest != known_.end() && distance(*nearest, key) <= 2 + key.size() / 6)
      reason += "; did you mean '" + *nearest + "'?";
    error(pointer_escape(key), std::move(reason));
  }
}

}  // namespace understudy::daemon::config
