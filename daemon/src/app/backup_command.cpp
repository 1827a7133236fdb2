// understudyd backup and restore.
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "app/commands.hpp"
#include "app/state_dir.hpp"
#include "files/descriptor.hpp"
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

void sync_folder_of(const std::string& file) {
  std::error_code error;
  const auto path = fs::absolute(file, error).parent_path();
  const files::Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
}

/// A copy that is not in its place yet; gone at the end unless it was put there.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Puts `draft` in the database's place and keeps what was there as `former`. A crash leaves one of the two
/// databases there, never none: the daemon would begin an empty one. Empty, or why all is as it was.
std::string put_in_place(const std::string& draft, const std::string& database, const std::string& former) {
  // The logs first: they would be applied to the next database.
  constexpr std::array logs{"-wal", "-shm", "-journal"};
  const auto cannot = [&](const std::string& what, std::string_view be) {
    auto why = fmt::format("{} cannot be {}: {}", what, be, last_error());
    for (const auto* log : logs) rename_to_new(former + log, database + log);
    return why;
  };
  for (const auto* log : logs)
    if (!rename_to_new(database + log, former + log) && errno != ENOENT)
      return cannot(database + log, "moved away");
  sync_folder_of(database);
  // A second name, where the file system has such.
  if (::link(database.c_str(), former.c_str()) != 0 && errno != ENOENT && !rename_to_new(database, former))
    return cannot(database, "moved away");
  if (std::rename(draft.c_str(), database.c_str()) != 0) return cannot(database, "replaced");
  sync_folder_of(database);
  return {};
}

}  // namespace

int backup(const BackupOptions& options) {
  ::umask(077);
  const auto database = database_of(options.state_dir);
  std::error_code error;
  if (const auto there = fs::symlink_status(options.file, error); fs::exists(there))
    return fail(options.file + (fs::is_directory(there) ? " is a directory: name a new file in it"
                                                        : " is there already: name a new file"));
  if (::access(database.c_str(), R_OK) != 0)
    return fail(errno == ENOENT || errno == ENOTDIR
                    ? "there is no database " + database + ": name the daemon's --state-dir"
                    : database + " cannot be read: " + last_error() + "; run this as the daemon's user");
  const auto folder = fs::absolute(options.file, error).parent_path();
  if (::access(folder.c_str(), W_OK) != 0)
    return fail(folder.string() + " cannot be written: " + last_error());
  auto reader = store::Reader::open(database);
  if (!reader) return fail(reader.error().message);
  const Draft draft(files::random_name(options.file + "."));
  if (auto failed = reader->backup_to(draft.path()); !failed.empty()) {
    if (const auto at = failed.find(draft.path()); at != failed.npos)
      failed.replace(at, draft.path().size(), options.file);
    return fail(failed);
  }
  if (!rename_to_new(draft.path(), options.file))
    return fail(fmt::format("{} cannot be made: {}", options.file, last_error()));
  sync_folder_of(options.file);
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
    return fail(claimed.error() + (is_claimed(state_dir) ? ": stop it first" : ""));
  if (const auto problem = store::find_problem(options.file); !problem.empty()) return fail(problem);
  auto given = store::Reader::open(options.file);
  if (!given) return fail(given.error().message);
  const Draft draft(database + ".restored");
  if (const auto failed = given->backup_to(draft.path()); !failed.empty()) return fail(failed);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto former = fmt::format("{}.replaced-{:%Y%m%dT%H%M%SZ}", database, now);
  if (const auto failed = put_in_place(draft.path(), database, former); !failed.empty()) return fail(failed);
  std::error_code none;
  std::cout << fmt::format("{}: {}, from {}\n", database, size_text(database), options.file);
  if (fs::exists(former, none)) std::cout << "the former database is " << former << '\n';
  return 0;
}

}  // namespace understudy::daemon::app
