#include "wire/json_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace understudy::daemon::wire {

void ObjectText::name(std::string_view key) {
  if (out_.size() > 1) out_ += ',';
  append_string(out_, key);
  out_ += ':';
}

ObjectText& ObjectText::text(std::string_view key, std::string_view value) {
  name(key);
  append_string(out_, value);
  return *this;
}

ObjectText& ObjectText::integer(std::string_view key, std::int64_t value) {
  return raw(key, std::to_string(value));
}

ObjectText& ObjectText::number(std::string_view key, double value) {
  return raw(key, std::isfinite(value) ? fmt::format("{}", value) : "null");
}

ObjectText& ObjectText::flag(std::string_view key, bool value) {
  return raw(key, value ? "true" : "false");
}

ObjectText& ObjectText::raw(std::string_view key, std::string_view json) {
  name(key);
  out_ += json;
  return *this;
}

ObjectText& ObjectText::float_or_null(std::string_view key, const std::optional<double>& value) {
  return raw(key, value ? float_text(*value) : "null");
}

std::string ObjectText::done() {
  out_ += '}';
  return std::move(out_);
}

ArrayText& ArrayText::raw(std::string_view json) {
  if (out_.size() > 1) out_ += ',';
  out_ += json;
  return *this;
}

std::string ArrayText::done() {
  out_ += ']';
  return std::move(out_);
}

std::string float_text(double value) {
  if (!std::isfinite(value)) return "null";
  auto text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace understudy::daemon::wire
