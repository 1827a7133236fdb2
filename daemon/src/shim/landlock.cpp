// Landlock knows only what is allowed, so everything but the hidden paths is listed: a directory that holds a
// hidden one is taken apart into its entries, any other is one rule.
#include "landlock.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <initializer_list>

namespace understudy::shim {

namespace {

// From linux/landlock.h, which is incomplete among older headers.
constexpr int create_ruleset = 444;
constexpr int add_rule = 445;
constexpr int restrict_self = 446;

constexpr uint64_t bit(int number) {
  return uint64_t{1} << number;
}
constexpr uint64_t execute = bit(0), write_file = bit(1), read_file = bit(2), read_dir = bit(3),
                   make_char = bit(6), make_block = bit(11), truncate_file = bit(14);
constexpr uint64_t reading = execute | read_file | read_dir;
constexpr uint64_t everything = ~(make_char | make_block);  // a disk by another name is still a disk
constexpr uint64_t of_a_file = execute | write_file | read_file | truncate_file;

struct Ruleset {
  uint64_t handled;
};
struct [[gnu::packed]] PathBeneath {
  uint64_t allowed;
  int32_t parent;
};

/// Devices that any program may expect. No other can be used, since a disk is a device too.
constexpr const char* devices[] = {"null", "zero", "full", "random", "urandom", "tty",
                                   "ptmx", "pts",  "shm",  "mqueue", "dri",     "kfd"};

class Rules {
 public:
  explicit Rules(const Options& options) : options_(options) {}
  ~Rules() {
    if (rules_ >= 0) close(rules_);
  }
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  static long version() { return syscall(create_ruleset, nullptr, 0, 1); }

  bool begin(long version) {
    handled_ = version >= 3 ? bit(15) - 1 : version == 2 ? bit(14) - 1 : bit(13) - 1;
    const Ruleset wanted{handled_};
    rules_ = static_cast<int>(syscall(create_ruleset, &wanted, sizeof wanted, 0));
    return rules_ >= 0;
  }

  bool enforce() const { return syscall(restrict_self, rules_, 0) == 0; }

  void allow(int fd, uint64_t rights) const {
    struct stat found {};
    if (fstat(fd, &found) != 0) return;
    if (!S_ISDIR(found.st_mode)) rights &= of_a_file;
    const PathBeneath rule{rights & handled_, fd};
    syscall(add_rule, rules_, 1, &rule, 0);  // a pipe has no rule and needs none
  }

  /// Links are not followed: where they lead is another entry's business.
  void allow(const char* path, uint64_t rights, int flags = O_NOFOLLOW) const {
    const int fd = open(path, O_PATH | O_CLOEXEC | flags);
    if (fd < 0) return;
    struct stat found {};
    if (fstat(fd, &found) == 0 && !S_ISLNK(found.st_mode)) allow(fd, rights);
    close(fd);
  }

  void allow_all(const char* path) const { allow(path, everything, 0); }

  /// What lies in a directory that holds something hidden.
  void allow_reading_in(const char* directory) const {
    DIR* entries = opendir(directory[0] ? directory : "/");
    if (!entries) return;
    char path[PATH_MAX];
    while (const dirent* entry = readdir(entries)) {
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      const int length = snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
      if (length < 0 || length >= static_cast<int>(sizeof path) || strcmp(path, "/dev") == 0) continue;
      const Place place = place_of(path);
      if (place == Place::open) allow(path, reading);
      if (place == Place::hides_files) allow(path, read_dir);  // a list of names, no more
      if (place == Place::hides_files || place == Place::hides_directories) allow_reading_in(path);
    }
    closedir(entries);
  }

  void allow_devices() const {
    char path[PATH_MAX];
    DIR* entries = opendir("/dev");
    if (!entries) return;
    while (const dirent* entry = readdir(entries)) {
      bool usual = strncmp(entry->d_name, "nvidia", 6) == 0;
      for (const char* name : devices) usual = usual || strcmp(entry->d_name, name) == 0;
      if (!usual) continue;
      snprintf(path, sizeof path, "/dev/%s", entry->d_name);
      allow(path, everything);
    }
    closedir(entries);
  }

 private:
  enum class Place { open, hides_files, hides_directories, hidden };

  Place place_of(const char* path) const {
    Place place = Place::open;
    const size_t length = strlen(path);
    options_.each("--hide", [&](const char* hidden) {
      if (strcmp(hidden, path) == 0) place = Place::hidden;
      if (place == Place::hidden || strncmp(hidden, path, length) != 0 || hidden[length] != '/') return;
      struct stat found {};
      const bool directory = stat(hidden, &found) == 0 && S_ISDIR(found.st_mode);
      if (directory || place == Place::hides_directories)
        place = Place::hides_directories;
      else
        place = Place::hides_files;
    });
    return place;
  }

  const Options& options_;
  int rules_{-1};
  uint64_t handled_{0};
};

/// What would let root read around the rules: other processes' memory and environment, devices, the kernel.
void drop_capabilities() {
  for (const unsigned long capability :
       {CAP_DAC_READ_SEARCH, CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_SYS_BOOT,
        CAP_MKNOD, CAP_MAC_OVERRIDE, CAP_MAC_ADMIN, CAP_SYSLOG, CAP_PERFMON, CAP_BPF, CAP_CHECKPOINT_RESTORE})
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

}  // namespace

bool restrict_files(const Options& options) {
  const long version = options.has("--hide") ? Rules::version() : 0;
  if (version < 1) return true;
  Rules rules(options);
  if (!rules.begin(version)) return false;
  rules.allow_reading_in("");
  rules.allow_devices();
  options.each("--write", [&rules](const char* path) { rules.allow_all(path); });
  for (int fd = 0; fd < 3; ++fd) rules.allow(fd, everything);
  if (!rules.enforce()) return false;
  drop_capabilities();
  return true;
}

}  // namespace understudy::shim
