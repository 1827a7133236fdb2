#pragma once
#include <cstdint>
#include <ctime>
#include <string>

#include "http/types.hpp"

/// A response's head on the wire. No sockets.
namespace understudy::daemon::http {

/// How the end of a body is marked.
enum class Framing { length, chunked, close };

struct HeadOptions {
  Framing framing{Framing::length};
  std::uint64_t length{0};
  bool keep_alive{true};
  bool http_1_0{false};  // HTTP/1.0
};

/// Status line and fields with the empty line, appended to `out`. Fields with control characters are left
/// out, so that no handler can split a response.
void append_head(std::string& out, const Response& response, const HeadOptions& options, std::time_t now);

/// "Sat, 21 Nov 2026 06:00:00 GMT"
[[nodiscard]] std::string http_date(std::time_t at);

/// "1a\r\n" before a chunk of that many bytes.
[[nodiscard]] std::string chunk_prefix(std::size_t size);

/// Whether the status allows a body and its length at all.
[[nodiscard]] bool may_have_body(int status);

}  // namespace understudy::daemon::http
