#include "agl/body.hpp"

#include <algorithm>

#include "http/text.hpp"
#include "wire/json_text.hpp"
#include "wire/raw_json.hpp"

namespace understudy::daemon::agl {

namespace {

bool is_json(std::string_view content_type) {
  const auto type = http::media_type(content_type);
  return type.empty() || type == "application/json" || type.ends_with("+json");
}

/// Values are only walked, not kept.
constexpr std::size_t max_values = 2'000'000;

}  // namespace

Result<RequestBody> read_body(const http::Request& request) {
  if (request.body.empty()) return RequestBody{};
  const auto coding = request.headers.get("Content-Encoding").value_or("identity");
  if (!http::iequals(coding, "identity"))
    return bad(400, "There was an error parsing the body: it must not be compressed");
  const Loc loc("body");
  Problems problems;
  if (!is_json(request.headers.get("Content-Type").value_or(""))) {
    problems.no_object(loc, wire::quoted(request.body));
    return bad(problems);
  }
  if (wire::has_more_values(request.body, max_values))
    return bad(413, "The body may have " + std::to_string(max_values) + " JSON values");
  auto text = wire::compact_json(request.body);
  if (!text) {
    problems.add("json_invalid", Loc(loc, text.error().offset), "JSON decode error", "{}",
                 wire::ObjectText{}.text("error", text.error().reason).done());
    return bad(problems);
  }
  const bool empty = *text == "null";
  return RequestBody{std::move(*text), "body", empty};
}

Result<RequestBody> read_object(const http::Request& request) {
  auto body = read_body(request);
  if (!body || body->value().is_object()) return body;
  Problems problems;
  if (body->empty)
    problems.add("missing", Loc("body"), "Field required", "null");
  else
    problems.no_object(Loc("body"), body->text);
  return bad(problems);
}

Result<RequestBody> read_optional_object(const http::Request& request) {
  auto body = read_body(request);
  if (!body || !body->empty)
    return body && body->value().is_object() ? std::move(body) : read_object(request);
  body->text = "{}";
  return body;
}

RequestBody read_query(const http::Request& request, std::span<const std::string_view> lists) {
  wire::ObjectText object;
  wire::ArrayText metadata;
  bool has_metadata = false;
  for (const auto& [name, value] : request.query.pairs()) {
    if (name.starts_with("metadata.")) {
      has_metadata = true;
      metadata.raw(wire::ArrayText{}.text(std::string_view(name).substr(9)).text(value).done());
    } else if (std::ranges::find(lists, name) == lists.end()) {
      object.text(name, value);
    }
  }
  for (const auto list : lists) {
    const auto given = request.query.all(list);
    if (given.empty()) continue;
    wire::ArrayText values;
    for (const auto value : given) values.text(value);
    object.raw(list, std::move(values).done());
  }
  if (has_metadata) object.raw("metadata", std::move(metadata).done());
  return {std::move(object).done(), "query", false};
}

Result<RequestBody> read_list_params(const http::Request& request, std::span<const std::string_view> lists) {
  return request.method == http::Method::post ? read_object(request) : read_query(request, lists);
}

}  // namespace understudy::daemon::agl
