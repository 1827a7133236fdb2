#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "files/directory.hpp"
#include "http/types.hpp"

/// The answers of handlers.
namespace understudy::daemon::http {

struct FieldProblem {
  std::string path{};  // JSON pointer into the body, or the name of a query parameter
  std::string reason{};
  bool operator==(const FieldProblem&) const = default;
};

[[nodiscard]] std::string_view reason_phrase(int status);

/// application/json with that text as it is.
[[nodiscard]] Response json(int status, std::string text);
[[nodiscard]] inline Response json(int status, const char* text) {
  return json(status, std::string(text));
}
[[nodiscard]] Response json(int status, const boost::json::value& value);
[[nodiscard]] Response text(int status, std::string body,
                            std::string_view content_type = "text/plain; charset=utf-8");
/// No body: 204, 304, 202.
[[nodiscard]] Response empty(int status = 204);

/// Goes with every 401.
inline constexpr std::string_view challenge = "Bearer realm=\"understudy\"";

/// application/problem+json {type, title, status, detail, errors?}; detail is a sentence for a person.
[[nodiscard]] Response problem(int status, std::string_view detail,
                               const std::vector<FieldProblem>& errors = {});

/// A 503 that asks to try again in five seconds.
[[nodiscard]] Response unavailable(std::string_view detail);

/// The body as JSON, or the 400 to answer: names line and column of bad syntax; refuses an empty body,
/// invalid UTF-8, NaN and nesting deeper than 64; with too many values a 413. The last of duplicate keys
/// wins.
[[nodiscard]] std::expected<boost::json::value, Response> parse_json_body(const Request& request);

/// A query parameter as an integer within [min, max]: the fallback when absent, or the 400 to answer.
[[nodiscard]] std::expected<std::int64_t, Response> query_integer(const Request& request,
                                                                  std::string_view name,
                                                                  std::int64_t fallback, std::int64_t min,
                                                                  std::int64_t max);

/// A file with Range (one range: 206, else 416), ETag and If-None-Match, with the length it had when it was
/// opened.
[[nodiscard]] Response file(const Request& request, files::PlainFile found, std::string_view content_type);
/// A file at a path that only we can change: 404 when it is not a regular file, 503 when it cannot be opened
/// now.
[[nodiscard]] Response file(const Request& request, const std::filesystem::path& path,
                            std::string_view content_type);

}  // namespace understudy::daemon::http
