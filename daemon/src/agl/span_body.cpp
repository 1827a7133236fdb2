#include "agl/span_body.hpp"

#include "wire/json_text.hpp"

namespace understudy::daemon::agl {

namespace {

using Kind = Value::Kind;

constexpr std::array<std::string_view, 3> codes{"UNSET", "OK", "ERROR"};

/// Unknown members of an object in their order, each after a comma.
template <std::size_t count>
std::string unknown_members(Value object, const Members<count>& members) {
  std::string out;
  object.members([&](std::string_view key, Value value) {
    if (members.knows(key)) return;
    out += ",\"";
    out.append(key).append("\":").append(value.text());
  });
  return out;
}

std::string with_members(wire::ObjectText object, const std::string& extras) {
  auto text = std::move(object).done();
  text.insert(text.size() - 1, extras);
  return text;
}

/// A list of one kind; integers become floats if any element is a float.
std::optional<std::string> list_text(Value list) {
  bool text = false;
  bool flag = false;
  bool whole = false;
  bool real = false;
  bool other = false;
  list.elements([&](Value element) {
    switch (element.kind()) {
      case Kind::string: text = true; break;
      case Kind::boolean: flag = true; break;
      case Kind::integer: whole = true; break;
      case Kind::real: real = true; break;
      case Kind::null:
      case Kind::array:
      case Kind::object: other = true; break;
    }
  });
  if (other || (text ? 1 : 0) + (flag ? 1 : 0) + (whole || real ? 1 : 0) > 1) return std::nullopt;
  if (!whole || !real) return std::string(list.text());
  wire::ArrayText floats;
  list.elements([&](Value element) {
    std::string number(element.text());
    if (element.kind() == Kind::integer) number += ".0";
    floats.raw(number);
  });
  return std::move(floats).done();
}

std::string read_attributes(Value value, const Loc& loc, Problems& problems) {
  if (!check_object(value, loc, problems)) return "{}";
  std::string out = "{";
  value.members([&](std::string_view key, Value attribute) {
    auto text = attribute.is_array() ? list_text(attribute) : std::string(attribute.text());
    if (!text || attribute.is_null() || attribute.is_object()) {
      problems.add("value_error", Loc(loc, key),
                   "Input should be a string, a boolean, a number or a list of one of these",
                   attribute.text());
      return;
    }
    if (out.size() > 1) out += ',';
    out += '"';
    out.append(key).append("\":").append(*text);
  });
  out += '}';
  return out;
}

/// Attributes of an event, a link or a resource.
std::string attributes_of(const std::optional<Value>& value, const Loc& loc, Problems& problems) {
  return value ? read_attributes(*value, Loc(loc, "attributes"), problems) : "{}";
}

std::string read_context(Value value, const Loc& loc, Problems& problems) {
  if (!check_object(value, loc, problems)) return "null";
  const Members members(value, {"trace_id", "span_id", "is_remote", "trace_state"});
  wire::ObjectText context;
  context.text("trace_id", members.required_text("trace_id", loc, problems))
      .text("span_id", members.required_text("span_id", loc, problems));
  if (const auto remote = members.required("is_remote", loc, problems)) {
    if (remote->kind() != Kind::boolean)
      problems.add("bool_type", Loc(loc, "is_remote"), "Input should be a valid boolean", remote->text());
    context.raw("is_remote", remote->text());
  }
  if (const auto state = members.required("trace_state", loc, problems)) {
    const Loc at(loc, "trace_state");
    if (check_object(*state, at, problems))
      state->members([&](std::string_view key, Value entry) {
        static_cast<void>(read_text(entry, Loc(at, key), problems));
      });
    context.raw("trace_state", state->text());
  }
  return with_members(std::move(context), unknown_members(value, members));
}

void read_status(Value value, const Loc& loc, store::SpanRow& span, Problems& problems) {
  if (!check_object(value, loc, problems)) return;
  const Members members(value, {"status_code", "description"});
  if (const auto code = members.required("status_code", loc, problems))
    span.status_code = read_choice(*code, Loc(loc, "status_code"), codes, problems).value_or("UNSET");
  wire::ObjectText status;
  status.text("status_code", span.status_code)
      .text_or_null("description", members.text("description", loc, problems));
  span.status = with_members(std::move(status), unknown_members(value, members));
}

std::string read_event(Value value, const Loc& loc, Problems& problems) {
  if (!check_object(value, loc, problems)) return "{}";
  const Members members(value, {"name", "attributes", "timestamp"});
  wire::ObjectText event;
  event.text("name", members.required_text("name", loc, problems))
      .raw("attributes", attributes_of(members.required("attributes", loc, problems), loc, problems))
      .float_or_null("timestamp", members.number("timestamp", loc, problems));
  return with_members(std::move(event), unknown_members(value, members));
}

std::string read_link(Value value, const Loc& loc, Problems& problems) {
  if (!check_object(value, loc, problems)) return "{}";
  const Members members(value, {"context", "attributes"});
  wire::ObjectText link;
  const auto context = members.required("context", loc, problems);
  link.raw("context", context ? read_context(*context, Loc(loc, "context"), problems) : "null");
  const auto attributes = members.some("attributes");
  link.raw("attributes", attributes ? attributes_of(attributes, loc, problems) : "null");
  return with_members(std::move(link), unknown_members(value, members));
}

std::string read_list(const std::optional<Value>& list, const Loc& loc, Problems& problems,
                      std::string (*read)(Value, const Loc&, Problems&)) {
  wire::ArrayText out;
  if (!list || !check_list(*list, loc, problems)) return std::move(out).done();
  std::size_t i = 0;
  list->elements([&](Value element) { out.raw(read(element, Loc(loc, i++), problems)); });
  return std::move(out).done();
}

std::string read_origin(const std::optional<Value>& value, const Loc& loc, Problems& problems) {
  if (!value || !check_object(*value, loc, problems)) return "{}";
  const Members members(*value, {"attributes", "schema_url"});
  return wire::ObjectText{}
      .raw("attributes", attributes_of(members.required("attributes", loc, problems), loc, problems))
      .text("schema_url", members.required_text("schema_url", loc, problems))
      .done();
}

std::optional<std::string> context_or_null(const std::optional<Value>& value, const Loc& loc,
                                           Problems& problems) {
  if (!value || value->is_null()) return std::nullopt;
  return read_context(*value, loc, problems);
}

std::optional<double> time_member(const Members<16>& members, std::string_view name, const Loc& loc,
                                  Problems& problems) {
  const auto value = members.required(name, loc, problems);
  return value && !value->is_null() ? read_number(*value, Loc(loc, name), problems) : std::nullopt;
}

}  // namespace

store::SpanRow read_span(Value value, const Loc& loc, Problems& problems) {
  store::SpanRow span;
  if (!value.is_object()) {
    problems.no_object(loc, value.text());
    return span;
  }
  const Members members(
      value, {"rollout_id", "attempt_id", "sequence_id", "trace_id", "span_id", "parent_id", "name", "status",
              "attributes", "events", "links", "start_time", "end_time", "context", "parent", "resource"});
  span.rollout_id = members.required_text("rollout_id", loc, problems);
  span.attempt_id = members.required_text("attempt_id", loc, problems);
  if (const auto sequence = members.required("sequence_id", loc, problems))
    span.sequence_id = read_integer(*sequence, Loc(loc, "sequence_id"), problems);
  span.trace_id = members.required_text("trace_id", loc, problems);
  span.span_id = members.required_text("span_id", loc, problems);
  if (members.required("parent_id", loc, problems)) span.parent_id = members.text("parent_id", loc, problems);
  span.name = members.required_text("name", loc, problems);
  if (const auto status = members.required("status", loc, problems))
    read_status(*status, Loc(loc, "status"), span, problems);
  if (const auto attributes = members.required("attributes", loc, problems))
    span.attributes = read_attributes(*attributes, Loc(loc, "attributes"), problems);
  span.events =
      read_list(members.required("events", loc, problems), Loc(loc, "events"), problems, read_event);
  span.links = read_list(members.required("links", loc, problems), Loc(loc, "links"), problems, read_link);
  span.start_time = time_member(members, "start_time", loc, problems);
  span.end_time = time_member(members, "end_time", loc, problems);
  span.context = context_or_null(members.required("context", loc, problems), Loc(loc, "context"), problems);
  span.parent = context_or_null(members.required("parent", loc, problems), Loc(loc, "parent"), problems);
  span.resource = read_origin(members.required("resource", loc, problems), Loc(loc, "resource"), problems);
  span.extra = unknown_members(value, members);
  if (!span.extra.empty()) span.extra.erase(0, 1);
  return span;
}

std::string span_json(const store::SpanRow& span, std::int64_t sequence_id) {
  auto text = wire::ObjectText{}
                  .text("rollout_id", span.rollout_id)
                  .text("attempt_id", span.attempt_id)
                  .integer("sequence_id", sequence_id)
                  .text("trace_id", span.trace_id)
                  .text("span_id", span.span_id)
                  .text_or_null("parent_id", span.parent_id)
                  .text("name", span.name)
                  .raw("status", span.status)
                  .raw("attributes", span.attributes)
                  .raw("events", span.events)
                  .raw("links", span.links)
                  .float_or_null("start_time", span.start_time)
                  .float_or_null("end_time", span.end_time)
                  .raw("context", span.context.value_or("null"))
                  .raw("parent", span.parent.value_or("null"))
                  .raw("resource", span.resource)
                  .done();
  if (span.extra.empty()) return text;
  text.pop_back();
  text.append(",").append(span.extra).append("}");
  return text;
}

}  // namespace understudy::daemon::agl
