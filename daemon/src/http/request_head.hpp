#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

/// What stands before a request's body, byte by byte, as RFC 9112 wants it. No sockets, no Beast.
namespace understudy::daemon::http {

/// Looks for the end of a head while it arrives.
class HeadScanner {
 public:
  /// All bytes so far: one past the empty line, or nothing when more must come; or a sentence. A line ends
  /// with CR LF and with nothing less, and goes on in no other line.
  [[nodiscard]] std::expected<std::optional<std::size_t>, std::string> scan(std::string_view bytes);

 private:
  std::size_t at_{0};
  std::size_t line_begin_{0};
};

struct HeadFault {
  int status{400};
  std::string sentence{};
};

/// Why nobody can be sure where the body of this request ends, or whom it is for. Every server between a
/// client and us must come to the same answer, so what two of them might read differently is refused.
[[nodiscard]] std::optional<HeadFault> head_fault(std::string_view head);

}  // namespace understudy::daemon::http
