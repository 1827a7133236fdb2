// understudyd backup and restore.
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/state_dir.hpp"
#include "files/directory.hpp"
#include "understudy/store/check.hpp"
#include "understudy/store/reader.hpp"

namespace understudy::daemon::app {

namespace fs = std::filesystem;

namespace {

int fail(const std::string& sentence) {
  std::cerr << "understudyd: " << sentence << '\n';
  return 1;
}

std::string database_of(const std::string& state_dir) {
  return (state_dir.empty() ? default_state_dir() : state_dir) + "/understudy.db";
}

std::string last_error() {
  return std::error_code(errno, std::generic_category()).message();
}

std::string size_text(const std::string& path) {
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  return fmt::format("{:.1f} MB", static_cast<double>(error ? 0 : bytes) / 1e6);
}

/// Unlike rename(), never over a file that somebody made meanwhile, where the file system can tell.
bool rename_to_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  return errno == EINVAL && std::rename(from.c_str(), to.c_str()) == 0;
}

/// Moves the database away with its logs, which would be applied to the next one. Empty, or why not.
std::string move_away(const std::string& database, const std::string& to) {
  for (const auto* part : {"", "-wal", "-shm", "-journal"}) {
    if (!rename_to_new(database + part, to + part) && errno != ENOENT)
      return fmt::format("{}{} cannot be moved away: {}", database, part, last_error());
  }
  return {};
}

}  // namespace

int backup(const BackupOptions& options) {
  ::umask(077);
  const auto database = database_of(options.state_dir);
  std::error_code error;
  if (fs::exists(fs::symlink_status(options.file, error)))
    return fail(options.file + " is there already: name a new file");
  if (::access(database.c_str(), R_OK) != 0)
    return fail(errno == ENOENT || errno == ENOTDIR
                    ? "there is no database " + database + ": name the daemon's --state-dir"
                    : database + " cannot be read: " + last_error() + "; run this as the daemon's user");
  const auto folder = fs::absolute(options.file, error).parent_path();
  if (::access(folder.c_str(), W_OK) != 0)
    return fail(folder.string() + " cannot be written: " + last_error());
  auto reader = store::Reader::open(database);
  if (!reader) return fail(reader.error().message);
  const auto draft = files::random_name(options.file + ".");
  if (const auto failed = reader->backup_to(draft); !failed.empty()) return fail(failed);
  if (!rename_to_new(draft, options.file)) {
    const auto why = last_error();
    fs::remove(draft, error);
    return fail(fmt::format("{} cannot be made: {}", options.file, why));
  }
  std::cout << fmt::format("{}: {}, a copy of {}\n", options.file, size_text(options.file), database);
  return 0;
}

int restore(const RestoreOptions& options) {
  ::umask(077);
  const auto database = database_of(options.state_dir);
  const auto state_dir = fs::path(database).parent_path().string();
  // Nothing is made for a file that cannot be read.
  if (::access(options.file.c_str(), R_OK) != 0)
    return fail(options.file + " cannot be read: " + last_error());
  if (std::error_code error; !fs::is_regular_file(options.file, error))
    return fail(options.file + " is not a file");
  if (const auto own = prepare_state_dir(state_dir); !own) return fail(own.error());
  if (const auto claimed = claim_state_dir(state_dir); !claimed)
    return fail(claimed.error() + ": stop it first");
  if (const auto problem = store::find_problem(options.file); !problem.empty()) return fail(problem);
  auto given = store::Reader::open(options.file);
  if (!given) return fail(given.error().message);
  const auto draft = database + ".restored";
  if (const auto failed = given->backup_to(draft); !failed.empty()) return fail(failed);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto former = fmt::format("{}.replaced-{:%Y%m%dT%H%M%SZ}", database, now);
  if (const auto failed = move_away(database, former); !failed.empty()) return fail(failed);
  if (!rename_to_new(draft, database))
    return fail(fmt::format("{} cannot be put in place of {}: {}", draft, database, last_error()));
  std::error_code none;
  std::cout << fmt::format("{}: {}, from {}\n", database, size_text(database), options.file);
  if (fs::exists(former, none)) std::cout << "the former database is " << former << '\n';
  return 0;
}

}  // namespace understudy::daemon::app
