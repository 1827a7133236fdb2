#pragma once
#include <optional>
#include <span>
#include <string>

#include "connection.hpp"

/// The steps of opening a database; open.cpp puts them in order.
namespace understudy::store {

/// What is wrong with the file's structure, in SQLite's words; empty when it is whole.
[[nodiscard]] std::string first_problem(Connection& connection);
/// A sentence for the operator: which file, and how to go back to its newest backup.
[[nodiscard]] OpenError damaged(const std::string& path, const std::string& what);
[[nodiscard]] std::string newest_backup(const std::string& path);

/// A whole copy of this moment, on disk before it gets its name. Empty, or a sentence.
[[nodiscard]] std::string copy_to(Connection& connection, const std::string& target);

/// Makes the file in one step, so that an empty one is never ours.
[[nodiscard]] std::optional<OpenError> make_new(const std::string& path, std::span<const char* const> schema);
/// Brings an older file up to date, after a backup beside it.
[[nodiscard]] std::optional<OpenError> migrate(Connection& connection, std::span<const char* const> schema);

/// Gives a finished file its name, durably.
[[nodiscard]] bool put_in_place(const std::string& part, const std::string& target);

}  // namespace understudy::store
