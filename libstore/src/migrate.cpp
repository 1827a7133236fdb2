// The current schema: created at once, or reached from an older one step by step.
#include <cstdio>
#include <filesystem>

#include "opening.hpp"

namespace understudy::store {

namespace {

std::size_t version_of(Connection& connection) {
  return static_cast<std::size_t>(connection.db.execAndGet("PRAGMA user_version").getInt64());
}

void apply(Connection& connection, std::span<const char* const> schema, std::size_t from) {
  SQLite::Transaction transaction(connection.db, SQLite::TransactionBehavior::IMMEDIATE);
  for (const char* step : schema.subspan(from)) connection.db.exec(step);
  connection.db.exec("PRAGMA user_version = " + std::to_string(schema.size()));
  transaction.commit();
}

OpenError newer(const std::string& path, std::size_t version, std::size_t known) {
  auto message = "the database " + path + " was written by a newer version of understudyd (schema " +
                 std::to_string(version) + ", this one knows " + std::to_string(known) + ")";
  for (auto older = known; older > 0; --older) {  // the daily backup is from the newer version too
    const auto backup = path + ".v" + std::to_string(older) + ".backup";
    if (std::error_code error; !std::filesystem::exists(backup, error)) continue;
    message.append("; the database from before that is ").append(backup);
    break;
  }
  return {OpenErrorKind::newer_schema, std::move(message)};
}

}  // namespace

std::optional<OpenError> make_new(const std::string& path, std::span<const char* const> schema) {
  const auto part = path + ".new";
  for (const char* of : {"", "-journal", "-wal", "-shm"}) std::remove((part + of).c_str());
  {
    Connection connection(part, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    connection.db.exec("PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL;");  // put_in_place() syncs it
    apply(connection, schema, 0);
  }
  // The logs of a file that was moved away would be applied to this one.
  for (const char* of : {"-wal", "-shm", "-journal"}) std::remove((path + of).c_str());
  if (put_in_place(part, path)) return std::nullopt;
  return OpenError{OpenErrorKind::cannot_open, "the database " + path + " cannot be made"};
}

std::optional<OpenError> migrate(Connection& connection, std::span<const char* const> schema) {
  const auto& path = connection.path;
  const auto version = version_of(connection);
  if (version > schema.size()) return newer(path, version, schema.size());
  if (version == schema.size()) return std::nullopt;
  if (version == 0 && connection.db.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() > 0)
    return OpenError{OpenErrorKind::cannot_open, path + " is a database of another program"};
  if (version > 0) {
    if (auto problem = copy_to(connection, path + ".v" + std::to_string(version) + ".backup");
        !problem.empty())
      return OpenError{OpenErrorKind::migration_failed, std::move(problem)};
  }
  try {
    apply(connection, schema, version);
  } catch (const SQLite::Exception& failure) {
    return OpenError{OpenErrorKind::migration_failed,
                     "the database " + path + " could not be brought up to date: " + failure.what()};
  }
  return std::nullopt;
}

}  // namespace understudy::store
