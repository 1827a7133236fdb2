#pragma once
#include <optional>
#include <span>
#include <string>

#include "connection.hpp"

/// The steps of opening a database; open.cpp puts them in order.
namespace understudy::store {

/// What is wrong with the file's structure, in SQLite's words; empty when it is intact.
[[nodiscard]] std::string first_problem(Connection& connection);
/// A sentence for the operator: which file, and how to go back to its newest backup.
[[nodiscard]] OpenError damaged(const std::string& path, const std::string& what);
[[nodiscard]] std::string newest_backup(const std::string& path);

/// A consistent copy, synced to disk before it gets its name. Empty, or why it failed.
[[nodiscard]] std::string copy_to(Connection& connection, const std::string& target);

/// Creates the file in one step, so that an empty one is never ours.
[[nodiscard]] std::optional<OpenError> make_new(const std::string& path, std::span<const char* const> schema);
/// Migrates an older file, after a backup beside it.
[[nodiscard]] std::optional<OpenError> migrate(Connection& connection, std::span<const char* const> schema);

/// Syncs a finished file to disk, then renames it to the target, durably.
[[nodiscard]] bool put_in_place(const std::string& part, const std::string& target);

}  // namespace understudy::store
