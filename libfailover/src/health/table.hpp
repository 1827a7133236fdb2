#pragma once
#include <array>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/time.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// What a fault of a kind is about.
enum class About : std::uint8_t {
  tier,
  account_if_it_names_the_key,      ///< or two tiers of it within two minutes; else the tier
  account_unless_it_names_a_model,  ///< then the tier
  tier_or_two_of_the_account,       ///< the account when two of its tiers fail within two minutes
  tier_or_host,                     ///< of a worker: its host on the account
};

struct KindRow {
  Kind kind;
  About about;
  bool needs_a_row;  ///< may be a blip: opens at the server_error_threshold
  bool short_wait;   ///< a short wait that the provider states moves nobody
  Duration time;     ///< no number configured, none from the provider
};

using std::chrono::minutes;
using std::chrono::seconds;
inline constexpr std::array kind_table{
    KindRow{Kind::auth_error, About::account_if_it_names_the_key, false, false, minutes{60}},
    KindRow{Kind::quota, About::account_unless_it_names_a_model, false, false, minutes{60}},
    KindRow{Kind::rate_limit, About::tier, false, true, minutes{5}},
    KindRow{Kind::server_error, About::tier_or_two_of_the_account, true, true, seconds{30}},
    KindRow{Kind::timeout, About::tier_or_two_of_the_account, true, true, seconds{30}},
    KindRow{Kind::network, About::tier_or_host, true, true, seconds{30}},
    KindRow{Kind::model_not_found, About::tier, false, false, minutes{60}},
};

/// nullptr: the kind is no provider's fault, or, like token_budget, no matter of health.
constexpr const KindRow* row_of(Kind kind) {
  for (const KindRow& row : kind_table)
    if (row.kind == kind) return &row;
  return nullptr;
}

inline constexpr Duration shortest_opening = seconds{5};
inline constexpr int longest_factor = 8;
inline constexpr Duration two_tiers_within = minutes{2};
inline constexpr Duration trial_grace = seconds{120};
inline constexpr int first_places = 2;
inline constexpr Duration ramp_step = seconds{10};
inline constexpr double ramp_jitter = 0.2;
inline constexpr Duration longest_ramp = seconds{60};
inline constexpr Duration cold_after = minutes{5};
inline constexpr Duration forgotten_after = std::chrono::hours{24};
inline constexpr int short_waits_in_a_row = 3;
inline constexpr Duration shortest_wait = seconds{1};  ///< a number or a stated wait of none would spin
inline constexpr int blamed_to_fail = 3;
inline constexpr int broken_off_to_set_aside = 5;

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
