// Opening a database: is it whole, is it ours, is its schema of today.
#include <sqlite3.h>
#include <sys/stat.h>

#include <array>

#include "connection.hpp"
#include "schema.hpp"
#include "understudy/store/reader.hpp"
#include "understudy/store/store.hpp"

namespace understudy::store {

namespace {

/// A whole check reads the whole file, so above this size only the state is checked: boot must not grow with
/// the logs.
constexpr std::int64_t whole_check_bytes = 8 * 1024 * 1024;
constexpr std::array state_checks{
    "PRAGMA quick_check('settings')", "PRAGMA quick_check('agent_provider_state')",
    "PRAGMA quick_check('container_state')", "PRAGMA quick_check('lifecycle_metrics')"};

std::int64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::int64_t>(status.st_size) : -1;
}

/// The newest copy beside the file: the daily one, or that of the last migration.
std::string backup_of(const std::string& path) {
  std::string newest;
  timespec newest_time{};
  for (std::size_t version = 0; version <= migrations().size(); ++version) {
    const auto candidate =
        version == 0 ? path + ".backup" : path + ".v" + std::to_string(version) + ".backup";
    struct stat status {};
    if (::stat(candidate.c_str(), &status) != 0) continue;
    if (!newest.empty() && status.st_mtim.tv_sec <= newest_time.tv_sec) continue;
    newest = candidate;
    newest_time = status.st_mtim;
  }
  return newest;
}

OpenError damaged(const std::string& path, const std::string& what) {
  const auto backup = backup_of(path);
  std::string message = "the database " + path + " is damaged: " + what + ". ";
  message.append(backup.empty() ? "There is no backup beside it. Move the file away to begin anew."
                                : "Its newest backup is " + backup +
                                      ": copy that over the file, or move the file away.");
  return {OpenErrorKind::corrupt, message};
}

std::string first_problem(Connection& connection) {
  const auto verdict_of = [&](const std::string& check) {
    return std::string(connection.db.execAndGet(check).getString());
  };
  if (size_of(connection.path) <= whole_check_bytes) {
    const auto verdict = verdict_of("PRAGMA quick_check(1)");
    return verdict == "ok" ? std::string() : verdict;
  }
  for (const char* check : state_checks)
    if (const auto verdict = verdict_of(check); verdict != "ok") return verdict;
  return {};
}

std::string copy_to(Connection& connection, const std::string& target) {
  const auto part = target + ".part";
  ::remove(part.c_str());
  try {
    SQLite::Statement copy(connection.db, "VACUUM INTO ?");
    copy.bind(1, part);
    copy.exec();
  } catch (const SQLite::Exception& failure) {
    ::remove(part.c_str());
    return "the backup " + target + " could not be written: " + failure.what();
  }
  if (::rename(part.c_str(), target.c_str()) != 0)
    return "the backup " + target + " could not be put in place";
  return {};
}

std::optional<OpenError> migrate(Connection& connection) {
  const auto known = migrations();
  const auto version = static_cast<std::size_t>(connection.db.execAndGet("PRAGMA user_version").getInt64());
  if (version > known.size())
    return OpenError{OpenErrorKind::newer_schema,
                     "the database " + connection.path + " was written by a newer version of understudyd"};
  if (version == known.size()) return std::nullopt;
  if (version > 0) {
    if (const auto problem =
            copy_to(connection, connection.path + ".v" + std::to_string(version) + ".backup");
        !problem.empty())
      return OpenError{OpenErrorKind::migration_failed, problem};
  }
  try {
    SQLite::Transaction transaction(connection.db, SQLite::TransactionBehavior::IMMEDIATE);
    for (auto next = version; next < known.size(); ++next) connection.db.exec(known[next]);
    connection.db.exec("PRAGMA user_version = " + std::to_string(known.size()));
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    return OpenError{
        OpenErrorKind::migration_failed,
        "the database " + connection.path + " could not be brought up to date: " + failure.what()};
  }
  return std::nullopt;
}

}  // namespace

OpenError open_error(const std::string& path, const SQLite::Exception& failure) {
  if (failure.getErrorCode() == SQLITE_CORRUPT || failure.getErrorCode() == SQLITE_NOTADB)
    return damaged(path, failure.what());
  return {OpenErrorKind::cannot_open, "the database " + path + " cannot be opened: " + failure.what()};
}

std::expected<Store, OpenError> Store::open(const std::string& path, OpenOptions options) {
  try {
    auto connection = std::make_unique<Connection>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    auto& db = connection->db;
    db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;");
    if (const auto problem = first_problem(*connection); !problem.empty())
      return std::unexpected(damaged(path, problem));
    if (auto problem = migrate(*connection)) return std::unexpected(std::move(*problem));
    if (options.max_pages > 0) db.exec("PRAGMA max_page_count = " + std::to_string(options.max_pages));
    return Store(std::move(connection));
  } catch (const SQLite::Exception& failure) {
    return std::unexpected(open_error(path, failure));
  }
}

std::expected<Reader, OpenError> Reader::open(const std::string& path) {
  try {
    return Reader(std::make_unique<Connection>(path, SQLite::OPEN_READONLY));
  } catch (const SQLite::Exception& failure) {
    return std::unexpected(open_error(path, failure));
  }
}

std::string Reader::backup_to(const std::string& target) {
  return copy_to(*connection_, target);
}

}  // namespace understudy::store
