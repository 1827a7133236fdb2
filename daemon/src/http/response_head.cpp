#include "http/response_head.hpp"

#include <fmt/chrono.h>

#include <algorithm>

#include "http/respond.hpp"
#include "http/text.hpp"
#include "text/ascii.hpp"

namespace understudy::daemon::http {
namespace {

bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return text::is_control(c) && c != '\t'; });
}

/// Set here, whatever a handler put there.
bool is_framing(std::string_view name) {
  return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") || iequals(name, "Connection");
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string http_date(std::time_t at) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(at));
}

std::string chunk_prefix(std::size_t size) {
  return fmt::format("{:x}\r\n", size);
}

void append_head(std::string& out, const Response& response, const HeadOptions& options, std::time_t now) {
  thread_local std::time_t dated = -1;
  thread_local std::string date;
  if (dated != now) {
    dated = now;
    date = http_date(now);
  }
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  append_field(out, "Date", date);
  for (const auto& [name, value] : response.headers.pairs())
    if (!is_framing(name) && is_clean(name) && is_clean(value)) append_field(out, name, value);
  const bool has_body = may_have_body(response.status);
  if (has_body && options.framing == Framing::length)
    append_field(out, "Content-Length", std::to_string(options.length));
  if (has_body && options.framing == Framing::chunked) append_field(out, "Transfer-Encoding", "chunked");
  if (!options.keep_alive) append_field(out, "Connection", "close");
  if (options.keep_alive && options.http_1_0) append_field(out, "Connection", "keep-alive");
  out.append("\r\n");
}

}  // namespace understudy::daemon::http
