#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "understudy/failover/version.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// What an outcome means. The spellings (to_string) are the same on the wire, in the database and on the
/// screen.
enum class Kind : std::uint8_t {
  success,
  auth_error,       ///< bad, expired or forbidden credentials; region or organisation refused
  quota,            ///< the allowance is gone for more than five minutes
  rate_limit,       ///< throttled for five minutes or less
  model_not_found,  ///< the tier names a model its provider does not serve
  server_error,     ///< 5xx, 529 overloaded, a dead model runner
  network,          ///< refused, reset, DNS, TLS, truncated stream
  timeout,          ///< time ran out while the provider owed an answer
  token_budget,     ///< our own threshold over the usage window; never a verdict
  context_length,   ///< the request does not fit the model
  invalid_request,  ///< the request is malformed
  content_policy,   ///< refused by a content filter
  task_error,       ///< the agent's own failure
};

inline constexpr std::array all_kinds{
    Kind::success,         Kind::auth_error,     Kind::quota,     Kind::rate_limit,   Kind::model_not_found,
    Kind::server_error,    Kind::network,        Kind::timeout,   Kind::token_budget, Kind::context_length,
    Kind::invalid_request, Kind::content_policy, Kind::task_error};

[[nodiscard]] std::string_view to_string(Kind kind);
[[nodiscard]] std::optional<Kind> parse_kind(std::string_view text);

/// Whether the provider is to blame, so that another tier could serve the same task.
[[nodiscard]] bool is_provider_fault(Kind kind);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
