#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// Where the text of an outcome comes from. It decides how far the text is trusted.
enum class Surface : std::uint8_t { http, sdk_exception, cli_stream_json, cli_text };

[[nodiscard]] std::string_view to_string(Surface surface);
[[nodiscard]] std::optional<Surface> parse_surface(std::string_view text);

/// How an exchange broke off, as the client's own socket reported it.
enum class Transport : std::uint8_t { refused, reset, timeout, dns, tls, closed, unreachable };

inline constexpr std::array all_transports{Transport::refused,    Transport::reset, Transport::timeout,
                                           Transport::dns,        Transport::tls,   Transport::closed,
                                           Transport::unreachable};

[[nodiscard]] std::string_view to_string(Transport transport);
[[nodiscard]] std::optional<Transport> parse_transport(std::string_view text);

struct Usage {
  std::int64_t input_tokens{0};  ///< with cache creation and cache reads
  std::int64_t output_tokens{0};
  bool operator==(const Usage&) const = default;
};

/// What one run or one HTTP exchange reported. Everything but the surface may be missing.
struct Outcome {
  std::string provider{};
  Surface surface{Surface::http};
  std::optional<int> status{};
  std::vector<std::pair<std::string, std::string>> headers{};  ///< names in any case
  std::string body{};  ///< HTTP body, exception text, stream-json lines, or the process's own text
  std::optional<int> exit_code{};
  std::optional<Transport> transport{};  ///< of an HTTP exchange that did not end well
  std::optional<Usage> usage{};
  std::optional<Instant> observed_at{};  ///< when the answer arrived; else the `now` of classify()
};

/// What an outcome means, and the words that decided.
struct Verdict {
  Kind kind{Kind::task_error};
  bool failover{false};                   ///< is_provider_fault(kind)
  std::optional<double> retry_after_s{};  ///< from observed_at, as the provider said; never negative
  std::optional<Instant> reset_at{};      ///< absent when it cannot be resolved: never guessed
  std::string rule{};                     ///< name of the deciding rule
  std::string evidence{};                 ///< a short excerpt, at most 300 bytes, valid UTF-8
  std::optional<int> status{};            ///< of the provider's answer, even when only text mentions it
  bool operator==(const Verdict&) const = default;
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
