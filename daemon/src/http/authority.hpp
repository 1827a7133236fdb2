#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace understudy::daemon::http {

struct HostPort {
  std::string host{};  // lower case, IPv6 without brackets
  std::uint16_t port{0};
  bool operator==(const HostPort&) const = default;
};

/// "127.0.0.1:8787", "[::1]:8787", "localhost:0"; or a sentence for the operator.
[[nodiscard]] std::expected<HostPort, std::string> parse_host_port(std::string_view text);

/// A Host header: the port may be missing (0). Nothing when it is malformed or has user information.
[[nodiscard]] std::optional<HostPort> parse_authority(std::string_view text);

/// 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback(std::string_view host);

/// An Origin header split; nothing for "null" and anything that is not http(s).
struct Origin {
  std::string scheme{};
  HostPort at{};  // the scheme's own port filled in
};
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text);

}  // namespace understudy::daemon::http
