#include "otlp/attributes.hpp"

#include "text/hex.hpp"
#include "wire/json_text.hpp"
#include "wire/json_value.hpp"

namespace understudy::daemon::otlp {

namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

enum class Kind { none, text, flag, integer, real, list, map };

struct Any {
  Kind kind{Kind::none};
  std::string json{"null"};
};

constexpr auto varint_of(std::uint32_t field) {
  return tag_and_type(field, pbf_wire_type::varint);
}

/// Does not look into lists and maps: list_json() reads one level, and the store keeps no more.
Any scalar(pbf_reader message, pbf_reader* list, wire::Budget& budget) {
  Any any;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_of(1): {
        const auto text = view(message.get_view());
        budget.bytes(wire::quoted_size(text));
        any = {Kind::text, wire::quoted(text)};
        break;
      }
      case varint_of(2): any = {Kind::flag, message.get_bool() ? "true" : "false"}; break;
      case varint_of(3): any = {Kind::integer, std::to_string(message.get_int64())}; break;
      case tag_and_type(4, pbf_wire_type::fixed64):
        any = {Kind::real, wire::float_text(message.get_double())};
        break;
      case bytes_of(5):
        any = {Kind::list, "[]"};
        if (list)
          *list = message.get_message();
        else
          message.skip();
        break;
      case bytes_of(6):
        any = {Kind::map, "{}"};
        message.skip();
        break;
      case bytes_of(7): {
        const auto bytes = view(message.get_view());
        budget.bytes(2 * bytes.size());
        any = {Kind::text, wire::quoted(text::to_hex(bytes))};
        break;
      }
      default: message.skip();
    }
  }
  return any;
}

/// Elements of one kind; whole numbers among floats become floats. Nothing when it cannot be kept.
std::optional<std::string> list_json(pbf_reader list, wire::Budget& budget) {
  std::vector<Any> elements;
  bool real = false;
  while (list.next(1, pbf_wire_type::length_delimited)) {
    budget.element();
    elements.push_back(scalar(list.get_message(), nullptr, budget));
    real = real || elements.back().kind == Kind::real;
  }
  wire::ArrayText json;
  for (auto& element : elements) {
    if (real && element.kind == Kind::integer) element = {Kind::real, element.json + ".0"};
    const bool plain = element.kind == Kind::text || element.kind == Kind::flag ||
                       element.kind == Kind::integer || element.kind == Kind::real;
    if (!plain || element.kind != elements.front().kind) return std::nullopt;
    json.raw(element.json);
  }
  return std::move(json).done();
}

}  // namespace

void Attributes::add(pbf_reader key_value, wire::Budget& budget) {
  budget.element();
  std::string key;
  Any any;
  pbf_reader list;
  while (key_value.next()) {
    switch (key_value.tag_and_type()) {
      case bytes_of(1): {
        const auto text = view(key_value.get_view());
        budget.bytes(wire::quoted_size(text));
        key = text;
        break;
      }
      case bytes_of(2): any = scalar(key_value.get_message(), &list, budget); break;
      default: key_value.skip();
    }
  }
  if (any.kind == Kind::list) {
    auto json = list_json(list, budget);
    any = json ? Any{Kind::list, std::move(*json)} : Any{};
  }
  if ((any.kind == Kind::none || any.kind == Kind::map) && problem_.empty())
    problem_ = "the attribute '" + key.substr(0, 200) +
               "' is neither a string, a boolean, a number nor a list of one of these";
  list_.emplace_back(std::move(key), std::move(any.json));
}

std::string Attributes::json() const {
  wire::ObjectText object;
  for (const auto& [key, value] : list_) object.raw(key, value);
  return std::move(object).done();
}

std::optional<std::string> Attributes::text(std::string_view name) const {
  for (auto at = list_.rbegin(); at != list_.rend(); ++at) {
    if (at->first != name) continue;
    const wire::Value value(at->second);
    return value.is_string() ? value.string() : at->second;
  }
  return std::nullopt;
}

}  // namespace understudy::daemon::otlp
