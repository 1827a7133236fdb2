#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "json/members.hpp"
#include "json/parse.hpp"
#include "json/writer.hpp"
#include "understudy/failover/json.hpp"
#include "understudy/failover/step.hpp"

/// The library's types in JSON's words. Readers add what is wrong to the problems of their Members.
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace words {

inline constexpr int version = 1;
/// What a time may be, so that sums of a few stay in range: up to about the year 287000. What is beyond, such
/// as Instant::max() for never, is written as that, so that what was written can be read.
inline constexpr std::int64_t latest_ms = 9'000'000'000'000'000;

template <class T>
Parsed<T> parse(std::string_view text, T (*read)(const json::Members&)) {
  const json::Document document(text);
  if (!document.ok()) return {{}, "not JSON: " + document.error()};
  json::Problems problems;
  T value = read(json::Members(document.root(), problems));
  if (!problems.none()) return {{}, problems.text()};
  return {std::move(value), {}};
}

void check_version(const json::Members& members);
void write_version(json::Writer& out);

std::optional<Instant> read_instant(const json::Members& members, std::string_view key);
std::optional<Duration> read_duration_ms(const json::Members& members, std::string_view key);
void write_duration_ms(json::Writer& out, std::string_view key, Duration time);
void write_instant(json::Writer& out, std::string_view key, Instant at);
void write_count(json::Writer& out, std::string_view key, int count);
void write_maybe(json::Writer& out, std::string_view key, const std::optional<Instant>& at);  ///< or null
/// Both names, or neither.
TierId read_tier(const json::Members& members);
TierId read_tier(const json::Members& members, std::string_view key);
void write_tier(json::Writer& out, const TierId& tier);  ///< its members

Policy read_policy(const json::Members& members);
void write(json::Writer& out, const Policy& policy);
State read_state(const json::Members& members);
void write(json::Writer& out, const State& state);
RetryState read_retry_state(const json::Members& members);
void write(json::Writer& out, const RetryState& tries);
Outcome read_outcome(const json::Members& members);
Verdict read_verdict(const json::Members& members);
void write(json::Writer& out, const Verdict& verdict);
Entry read_entry(const json::Members& members);
Health read_health(const json::Members& members);
void write(json::Writer& out, const Health& health);

Event read_event(const json::Members& members);
void write(json::Writer& out, const LedgerEntry& entry);

/// Only asks whether an attempt may begin; the answer is in the step.
struct Asked {
  Attempt attempt{};
};
using HealthWord = std::variant<HealthEvent, Asked>;
HealthWord read_health_event(const json::Members& members);
void write(json::Writer& out, const EntryKey& key);
/// The attempt that an event is about, if it says enough of it.
const Attempt* attempt_of(const HealthWord& event);

}  // namespace words
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
