// Whether the file is intact, and what to do when it is not.
#include <sqlite3.h>

#include <array>
#include <filesystem>

#include "opening.hpp"
#include "schema.hpp"
#include "understudy/store/check.hpp"

namespace understudy::store {

namespace fs = std::filesystem;

namespace {

/// A check of everything reads the whole file. Above this size only the state is checked, so that boot does
/// not take longer as the history grows.
constexpr std::uintmax_t max_checked_bytes = 8 * 1024 * 1024;
constexpr std::array state_checks{
    "PRAGMA quick_check('settings')", "PRAGMA quick_check('agent_provider_state')",
    "PRAGMA quick_check('container_state')", "PRAGMA quick_check('lifecycle_metrics')"};

}  // namespace

std::string first_problem(Connection& connection) {
  const auto verdict_of = [&](const char* check) {
    const std::string verdict = connection.db.execAndGet(check).getString();
    return verdict == "ok" ? std::string() : verdict;
  };
  if (fs::file_size(connection.path) <= max_checked_bytes) return verdict_of("PRAGMA quick_check(1)");
  for (const char* check : state_checks)
    if (auto problem = verdict_of(check); !problem.empty()) return problem;
  return {};
}

std::string find_problem(const std::string& path) {
  try {
    SQLite::Database db(path, SQLite::OPEN_READONLY);
    const std::string verdict = db.execAndGet("PRAGMA quick_check(1)").getString();
    if (verdict != "ok") return "the database " + path + " is damaged: " + verdict;
    const auto version = db.execAndGet("PRAGMA user_version").getInt64();
    if (version < 1 || !db.tableExists("agent_provider_state"))
      return path + " is not a database of understudyd";
    return static_cast<std::size_t>(version) <= migrations().size()
               ? std::string()
               : "the database " + path + " was written by a newer version of understudyd";
  } catch (const SQLite::Exception& failure) {
    return path + " cannot be read as a database: " + failure.what();
  }
}

std::string newest_backup(const std::string& path) {
  const fs::path file(path);
  std::error_code error;
  std::string newest;
  fs::file_time_type newest_time{};
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(file.filename().string() + ".") || !name.ends_with(".backup")) continue;
    const auto written = entry.last_write_time(error);
    if (error || (!newest.empty() && written <= newest_time)) continue;
    newest = (file.parent_path() / name).string();
    newest_time = written;
  }
  return newest;
}

OpenError damaged(const std::string& path, const std::string& what) {
  const auto backup = newest_backup(path);
  std::string message = "the database " + path + " is damaged: " + what + ". ";
  const std::string afresh = "move the file away to start with an empty one.";
  if (backup.empty()) return {OpenErrorKind::corrupt, message + "There is no backup beside it; " + afresh};
  message += "Its newest backup is " + backup + ": ";
  // The write-ahead log of the damaged file would be applied to the copy.
  const auto by_hand = "remove " + path + "-wal and " + path + "-shm, then copy it over the file";
  const fs::path file(path);
  if (file.filename() == "understudy.db")  // the daemon's
    message += "`understudyd restore " + backup + " --state-dir " + file.parent_path().string() +
               "` puts it in place (by hand: " + by_hand + ")";
  else
    message += by_hand;
  return {OpenErrorKind::corrupt, message + "; or " + afresh};
}

namespace {

/// SQLite says "disk I/O error" when there is no room for its shared memory.
bool is_on_a_full_disk(const std::string& path) {
  std::error_code failed;
  const auto space = fs::space(fs::absolute(path, failed).parent_path(), failed);
  return !failed && space.available == 0;
}

}  // namespace

OpenError open_error(const std::string& path, const SQLite::Exception& failure) {
  if (failure.getErrorCode() == SQLITE_CORRUPT || failure.getErrorCode() == SQLITE_NOTADB)
    return damaged(path, failure.what());
  std::string message = "the database " + path + " cannot be opened: " + failure.what();
  if (is_on_a_full_disk(path)) message.append("; its file system is full, make room and start again");
  return {OpenErrorKind::cannot_open, std::move(message)};
}

}  // namespace understudy::store
