#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "understudy/failover/kind.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// The HTTP statuses at which words may decide; a status that contradicts them wins.
namespace statuses {
inline constexpr std::uint8_t none = 1;  ///< no status is known
inline constexpr std::uint8_t s401 = 2;  ///< 401, 403, 407, 451
inline constexpr std::uint8_t s402 = 4;
inline constexpr std::uint8_t s429 = 8;
inline constexpr std::uint8_t s4xx = 16;  ///< the other 4xx
inline constexpr std::uint8_t s5xx = 32;
inline constexpr std::uint8_t s404 = 64;   ///< 404, 410
inline constexpr std::uint8_t s408 = 128;  ///< 408, 499
inline constexpr std::uint8_t request = none | s4xx | s404 | s5xx;
inline constexpr std::uint8_t any = 255;
}  // namespace statuses

/// Whether the provider's own waiting time decides between rate_limit and quota, which five minutes separate.
enum class Border : std::uint8_t {
  fixed,  ///< it does not (money, a daily window)
  moves,  ///< it does; without one the rule's kind stands
};

/// One row of a table: words that name one cause.
///
/// `words`: phrases separated by ';'. In a phrase, `a|b` are alternatives and `x ~ y` means y follows x
/// within a short distance. A phrase starts where a word starts; '!' at its end requires the end of a word,
/// '=' at its start a whole field (a code). Case, blanks, underscores, hyphens and quotes do not count.
struct Rule {
  std::string_view name;
  Kind kind;
  Border border;
  std::uint8_t when;
  std::string_view words;
  std::string_view source;
};

/// The tables in the order in which they are tried, except for echo_rules, which only say that the rest of a
/// field is a quotation. Codes are exact, so they come first; money is the cause whatever else is said.
std::span<const Rule> echo_rules();
std::span<const Rule> vendor_code_rules();
std::span<const Rule> billing_rules();
std::span<const Rule> window_rules();
std::span<const Rule> request_rules();
std::span<const Rule> wire_rules();
std::span<const Rule> model_rules();
std::span<const Rule> auth_rules();
std::span<const Rule> throttle_rules();
std::span<const Rule> server_rules();
std::span<const Rule> transport_rules();
std::span<const Rule> generic_rules();

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
