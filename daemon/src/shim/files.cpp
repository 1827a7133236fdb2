#include "files.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <initializer_list>

namespace understudy::shim {

namespace {

/// A new file under a name that nobody can foresee, which goes into `temporary`.
int open_draft(int directory, const char* name, char* temporary, std::size_t size) {
  for (int tries = 0; tries < 8; ++tries) {
    unsigned long long number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
      timespec now{};
      clock_gettime(CLOCK_MONOTONIC, &now);
      number = static_cast<unsigned long long>(now.tv_nsec) << 20 ^ static_cast<unsigned long long>(getpid());
    }
    snprintf(temporary, size, ".%s.%016llx", name, number);
    const int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

/// The number behind `name` in a file of "name number" lines; -1 when there is none.
long long number_in(const char* path, const char* name) {
  FILE* file = fopen(path, "re");
  if (!file) return -1;
  long long found = -1;
  char line[128];
  const std::size_t length = strlen(name);
  while (found < 0 && fgets(line, sizeof line, file))
    if (strncmp(line, name, length) == 0 && line[length] == ' ') found = atoll(line + length);
  fclose(file);
  return found;
}

}  // namespace

int open_plain(int directory, const char* name, int flags) {
  const int fd = openat(directory, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0644);
  if (fd < 0) return -1;
  struct stat found {};
  if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
    close(fd);
    errno = ELOOP;
    return -1;
  }
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);  // a task inherits it
  return fd;
}

bool read_small(int directory, const char* name, char* to, std::size_t size) {
  to[0] = 0;
  const int fd = open_plain(directory, name, O_RDONLY);
  if (fd < 0) return false;
  const ssize_t n = read(fd, to, size - 1);
  close(fd);
  if (n < 0) return false;
  to[n] = 0;
  return true;
}

bool write_all(int fd, const char* text, std::size_t size) {
  while (size > 0) {
    const ssize_t n = write(fd, text, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool write_whole(int directory, const char* name, const char* text, bool durable) {
  char temporary[48];
  const int fd = open_draft(directory, name, temporary, sizeof temporary);
  if (fd < 0) return false;
  fchmod(fd, 0644);  // the daemon may be another user than the container's
  bool good = write_all(fd, text, strlen(text));
  if (durable) good = fsync(fd) == 0 && good;
  close(fd);
  good = good && renameat(directory, temporary, directory, name) == 0;
  if (!good) unlinkat(directory, temporary, 0);
  if (durable) fsync(directory);
  return good;
}

void escape_json(const char* text, char* to, std::size_t size) {
  std::size_t at = 0;
  for (; *text && at + 3 < size; ++text) {
    const auto c = static_cast<unsigned char>(*text);
    if (c == '"' || c == '\\') to[at++] = '\\';
    to[at++] = c < 0x20 || c >= 0x7f ? '?' : *text;  // a file name need not be UTF-8
  }
  to[at] = 0;
}

unsigned long long start_time(pid_t pid) {
  char path[40];
  char text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", static_cast<int>(pid));
  if (!read_small(AT_FDCWD, path, text, sizeof text)) return 0;
  const char* at = strrchr(text, ')');  // the name before it may hold spaces
  for (int field = 2; at && field < 22; ++field) at = strchr(at + 1, ' ');
  return at ? strtoull(at + 1, nullptr, 10) : 0;
}

void read_boot_id(char* to, std::size_t size) {
  if (read_small(AT_FDCWD, "/proc/sys/kernel/random/boot_id", to, size)) to[strcspn(to, "\n")] = 0;
}

long long now_ms(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<long long>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

long long memory_kills() {
  // A container sees its own group as the root: version 2 of cgroups, then version 1.
  for (const char* path : {"/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"})
    if (const long long kills = number_in(path, "oom_kill"); kills >= 0) return kills;
  return 0;
}

bool read_pid_file(int directory, TaskProcess& process) {
  char text[256];
  if (!read_small(directory, "pid", text, sizeof text)) return false;
  int pid = 0;
  if (sscanf(text, R"({"pid":%d,"start":%llu,"boot_id":"%39[^"]")", &pid, &process.start, process.boot_id) !=
      3)
    return false;
  process.pid = pid;
  return pid > 1;
}

}  // namespace understudy::shim
