#pragma once
#include <span>

namespace understudy::store {

/// The n-th, counted from 0, brings a database from version n to n + 1 (PRAGMA user_version). A released one
/// is never edited.
[[nodiscard]] std::span<const char* const> migrations();

extern const char schema_v2[];
extern const char schema_v5[];

}  // namespace understudy::store
