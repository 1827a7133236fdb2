#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// What an entry of health is about.
enum class Scope : std::uint8_t { account, tier, agent, host };
enum class HealthState : std::uint8_t { closed, open, due, trial, ramping, unconfigured };

// As on the wire and in the database.
[[nodiscard]] std::string_view to_string(Scope scope);
[[nodiscard]] std::string_view to_string(HealthState state);
[[nodiscard]] std::optional<Scope> parse_scope(std::string_view text);
[[nodiscard]] std::optional<HealthState> parse_health_state(std::string_view text);

/// A model on an account. Accounts are opaque: one credential at one address.
struct TierKey {
  std::string account{};
  std::string model{};
  auto operator<=>(const TierKey&) const = default;
};

struct EntryKey {
  std::string account{};
  Scope scope{Scope::account};
  std::string model{};  ///< of a tier, of an agent on it
  std::string who{};    ///< the agent, the host
  auto operator<=>(const EntryKey&) const = default;
};
/// To look one up without making it.
struct EntryRef {
  std::string_view account{};
  Scope scope{Scope::account};
  std::string_view model{};
  std::string_view who{};
};
struct EntryLess {
  using is_transparent = void;
  bool operator()(const auto& a, const auto& b) const {
    if (const int order = std::string_view{a.account}.compare(b.account)) return order < 0;
    if (a.scope != b.scope) return a.scope < b.scope;
    if (const int order = std::string_view{a.model}.compare(b.model)) return order < 0;
    return std::string_view{a.who} < std::string_view{b.who};
  }
};

/// One attempt goes first. Others wait for its answer, its end, or this long.
struct Trial {
  std::string attempt{};
  std::string agent{};
  Instant until{};
  Duration grace{};
  bool operator==(const Trial&) const = default;
};

/// Then a few, and twice as many with each step.
struct Ramp {
  int places{0};  ///< attempts that may begin in this step
  int step{0};
  Instant since{};
  Instant next{};
  bool cold{false};  ///< on the way down, where nobody was served lately: nothing was wrong here
  std::set<std::string> admitted{};  ///< agents
  std::set<std::string> waiting{};   ///< agents, refused in this step
  bool operator==(const Ramp&) const = default;
};

/// How many attempts may begin in this step, those that did included: 2, then 4, 8 ...
[[nodiscard]] int places_of(const Ramp& ramp);

struct Entry {
  HealthState state{HealthState::open};
  std::optional<Kind> kind{};  ///< absent: nothing failed (a cold ramp, a missing key)
  std::string reason{};        ///< for people: "401 auth_error"
  std::string seen_by{};       ///< the agent that met it
  std::string task{};          ///< and its task
  Instant since{};             ///< the last opening
  Instant until{};             ///< while open; of a closed one: when it is forgotten
  Duration length{};           ///< what `until` was made of: a clock set back cannot make it longer
  Duration base{};             ///< eight times this is the longest
  bool in_place{false};        ///< a short wait that the provider stated: nobody moves
  Trial trial{};
  Ramp ramp{};
  std::set<std::string> freed{};  ///< agents that succeeded without being seen to be answered
  bool operator==(const Entry&) const = default;
};

/// Who was answered on a tier.
struct AnswerSeen {
  Instant at{};
  std::string agent{};
  std::string task{};
  bool operator==(const AnswerSeen&) const = default;
};

struct TierMemory {
  int row{0};                        ///< faults that may be a blip, of all agents, since anybody was answered
  std::map<std::string, int> own{};  ///< each agent's, since it was answered
  int waits{0};                      ///< short stated waits in a row
  AnswerSeen last{}, other_agent{}, other_task{};  ///< the last, and the last of somebody else than it
  std::optional<Instant> opened{};
  std::optional<Kind> opened_by{};
  bool operator==(const TierMemory&) const = default;
};

struct TaskMemory {
  int blamed{0};     ///< opened again what others were answered on
  int broke_off{0};  ///< answered, then a provider's fault
  Instant since{};
  bool operator==(const TaskMemory&) const = default;
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
