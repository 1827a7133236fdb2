#pragma once
// What a program keeps between two runs, and what it is told and tells others, as JSON text:
//
//   save(to_json(state));
//   const auto read = from_json<State>(saved);
//   if (!read) complain(read.error);  // "/current_tier: must be an integer from 1 to 1000, got 0"
//   else state = *read;
//
// What is kept has `"v": 1`; a later version reads what an earlier one wrote, and refuses what a later one
// did. Members that are absent or null get their default, unknown ones are ignored (in `failover` of a policy
// they are errors: nobody else reads them). Times are Unix milliseconds. All of it is described in
// understudy/failover.h, which speaks the same.
#include <optional>
#include <string>
#include <string_view>

#include "understudy/failover/health.hpp"
#include "understudy/failover/outcome.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/retry.hpp"
#include "understudy/failover/state.hpp"
#include "understudy/failover/version.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

[[nodiscard]] std::string to_json(const Policy& policy);
[[nodiscard]] std::string to_json(const State& state);
[[nodiscard]] std::string to_json(const RetryState& tries);
[[nodiscard]] std::string to_json(const Entry& entry);
[[nodiscard]] std::string to_json(const Health& health);
[[nodiscard]] std::string to_json(const Verdict& verdict);

/// What was read, or a sentence that says what is wrong with the text.
template <class T>
struct Parsed {
  std::optional<T> value{};
  std::string error{};
  [[nodiscard]] explicit operator bool() const { return value.has_value(); }
  [[nodiscard]] const T& operator*() const { return *value; }
  [[nodiscard]] const T* operator->() const { return &*value; }
};

/// Of a Policy, State, RetryState, Entry, Health, Outcome or Verdict. A policy is not validated.
template <class T>
[[nodiscard]] Parsed<T> from_json(std::string_view text);

template <>
[[nodiscard]] Parsed<Policy> from_json(std::string_view text);
template <>
[[nodiscard]] Parsed<State> from_json(std::string_view text);
template <>
[[nodiscard]] Parsed<RetryState> from_json(std::string_view text);
template <>
[[nodiscard]] Parsed<Entry> from_json(std::string_view text);
template <>
[[nodiscard]] Parsed<Health> from_json(std::string_view text);
template <>
[[nodiscard]] Parsed<Outcome> from_json(std::string_view text);
template <>
[[nodiscard]] Parsed<Verdict> from_json(std::string_view text);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
