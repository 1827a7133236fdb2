#pragma once
#include <span>

namespace understudy::store {

/// The n-th brings a database from version n to n + 1 (PRAGMA user_version). One that was released is never
/// edited.
[[nodiscard]] std::span<const char* const> migrations();

extern const char rollout_store[];
extern const char orders_with_their_filters[];
extern const char who_may_and_who_did[];

}  // namespace understudy::store
