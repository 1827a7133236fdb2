#pragma once
#include <sys/types.h>
#include <time.h>

#include <cstddef>

namespace understudy::shim {

/// A regular file in a directory where others may link and replace what they like: no link is followed,
/// nothing blocks. -1 with errno.
int open_plain(int directory, const char* name, int flags);

/// The whole of a small file, zero-terminated; false when it cannot be read.
bool read_small(int directory, const char* name, char* to, std::size_t size);

bool write_all(int fd, const char* text, std::size_t size);

/// Writes `text` to a temporary name and renames it, so that a reader sees all of it or nothing. The shim has
/// its own because it is static and links nothing of the daemon.
bool write_whole(int directory, const char* name, const char* text, bool durable);

/// Copies `text` into `to` as the inside of a JSON string; cuts what does not fit.
void escape_json(const char* text, char* to, std::size_t size);

/// Field 22 of /proc/<pid>/stat; 0 when there is no such process.
unsigned long long start_time(pid_t pid);

/// Into a buffer of at least 40 bytes; empty when unknown.
void read_boot_id(char* to, std::size_t size);

/// Unix time, unless it is asked of another clock.
long long now_ms(clockid_t clock = CLOCK_REALTIME);

/// How many processes the kernel has killed in this container because its memory ran out; 0 where that is
/// unknown.
long long memory_kills();

/// What `pid` in a spool directory says about the task.
struct TaskProcess {
  pid_t pid{0};
  unsigned long long start{0};
  char boot_id[40]{};
};
bool read_pid_file(int directory, TaskProcess& process);

}  // namespace understudy::shim
