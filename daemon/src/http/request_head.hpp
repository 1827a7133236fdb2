#pragma once
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

/// A request's head, checked byte by byte against RFC 9112. No sockets, no Beast.
namespace understudy::daemon::http {

/// Finds the end of a head as it arrives.
class HeadScanner {
 public:
  /// Takes all bytes so far. Returns the position after the empty line, nothing when more must come, or a
  /// sentence. Lines must end with CR LF and cannot be folded.
  [[nodiscard]] std::expected<std::optional<std::size_t>, std::string> scan(std::string_view bytes);

 private:
  std::size_t at_{0};
  std::size_t line_begin_{0};
};

struct HeadFault {
  int status{400};
  std::string sentence{};
};

/// Why it is ambiguous where the body of this request ends, or which host it is for. All servers between a
/// client and us must agree on both, so what two of them might read differently is refused.
[[nodiscard]] std::optional<HeadFault> head_fault(std::string_view head);

}  // namespace understudy::daemon::http
