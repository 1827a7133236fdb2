#include "http/respond.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parser.hpp>
#include <boost/json/serialize.hpp>

#include "text/number.hpp"
#include "text/utf8.hpp"
#include "wire/raw_json.hpp"

namespace understudy::daemon::http {
namespace {

namespace json_ns = boost::json;

constexpr std::size_t max_json_depth = 64;
/// Each becomes an object of up to a hundred bytes.
constexpr std::size_t max_json_values = 250'000;

constexpr std::array<std::pair<int, std::string_view>, 33> phrases{{{100, "Continue"},
                                                                    {200, "OK"},
                                                                    {201, "Created"},
                                                                    {202, "Accepted"},
                                                                    {204, "No Content"},
                                                                    {206, "Partial Content"},
                                                                    {303, "See Other"},
                                                                    {304, "Not Modified"},
                                                                    {307, "Temporary Redirect"},
                                                                    {400, "Bad Request"},
                                                                    {401, "Unauthorized"},
                                                                    {403, "Forbidden"},
                                                                    {404, "Not Found"},
                                                                    {405, "Method Not Allowed"},
                                                                    {406, "Not Acceptable"},
                                                                    {408, "Request Timeout"},
                                                                    {409, "Conflict"},
                                                                    {410, "Gone"},
                                                                    {412, "Precondition Failed"},
                                                                    {413, "Content Too Large"},
                                                                    {415, "Unsupported Media Type"},
                                                                    {416, "Range Not Satisfiable"},
                                                                    {417, "Expectation Failed"},
                                                                    {422, "Unprocessable Content"},
                                                                    {428, "Precondition Required"},
                                                                    {429, "Too Many Requests"},
                                                                    {431, "Request Header Fields Too Large"},
                                                                    {500, "Internal Server Error"},
                                                                    {501, "Not Implemented"},
                                                                    {502, "Bad Gateway"},
                                                                    {503, "Service Unavailable"},
                                                                    {504, "Gateway Timeout"},
                                                                    {507, "Insufficient Storage"}}};

/// " at line 2, column 7", counting bytes from 1.
std::string position(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, offset);
  std::size_t line = 1;
  for (const char c : before) line += c == '\n' ? 1 : 0;
  const auto newline = before.rfind('\n');
  const auto column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return " at line " + std::to_string(line) + ", column " + std::to_string(column);
}

std::expected<json_ns::value, Response> parse(const std::string& text) {
  if (wire::has_more_values(text, max_json_values))
    return std::unexpected(
        problem(413, "The body may have " + std::to_string(max_json_values) + " JSON values."));
  json_ns::parse_options options;
  options.max_depth = max_json_depth;
  json_ns::parser parser({}, options);
  boost::system::error_code error;
  const auto consumed = parser.write_some(text.data(), text.size(), error);
  if (!error && consumed < text.size()) error = json_ns::error::extra_data;
  if (error)
    return std::unexpected(
        problem(400, "The body is not JSON: " + error.message() + position(text, consumed)));
  return parser.release();
}

}  // namespace

std::string_view reason_phrase(int status) {
  for (const auto& [code, phrase] : phrases)
    if (code == status) return phrase;
  return "Unknown";
}

Response json(int status, std::string text) {
  return http::text(status, std::move(text), "application/json");
}

Response json(int status, const boost::json::value& value) {
  return json(status, json_ns::serialize(value));
}

Response text(int status, std::string body, std::string_view content_type) {
  Response response{status, {}, std::move(body)};
  response.headers.add("Content-Type", content_type);
  return response;
}

Response empty(int status) {
  return Response{status, {}, std::string{}};
}

Response problem(int status, std::string_view detail, const std::vector<FieldProblem>& errors) {
  std::string sentence(detail);  // may quote what a client sent
  if (!text::is_utf8(sentence))
    std::ranges::replace_if(
        sentence, [](char c) { return c < ' ' || c > '~'; }, '?');
  json_ns::object body{
      {"type", "about:blank"}, {"title", reason_phrase(status)}, {"status", status}, {"detail", sentence}};
  if (!errors.empty()) {
    json_ns::array list;
    for (const auto& error : errors) list.push_back({{"path", error.path}, {"reason", error.reason}});
    body["errors"] = std::move(list);
  }
  auto response = http::text(status, json_ns::serialize(body), "application/problem+json");
  if (status == 401) response.headers.set("WWW-Authenticate", challenge);
  return response;
}

Response unavailable(std::string_view detail) {
  auto response = problem(503, detail);
  response.headers.set("Retry-After", "5");
  return response;
}

std::expected<boost::json::value, Response> parse_json_body(const Request& request) {
  if (request.body.empty()) return std::unexpected(problem(400, "The body is empty; JSON is expected."));
  return parse(request.body);
}

std::expected<std::int64_t, Response> query_integer(const Request& request, std::string_view name,
                                                    std::int64_t fallback, std::int64_t min,
                                                    std::int64_t max) {
  const auto text = request.query.get(name);
  if (!text) return fallback;
  const auto value = text::parse_number<std::int64_t>(*text);
  if (value && *value >= min && *value <= max) return *value;
  const std::string reason = "must be an integer from " + std::to_string(min) + " to " + std::to_string(max);
  return std::unexpected(problem(400, "The query parameter '" + std::string(name) + "' " + reason + ".",
                                 {{std::string(name), reason}}));
}

}  // namespace understudy::daemon::http
