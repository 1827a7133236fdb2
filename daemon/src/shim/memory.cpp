#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <initializer_list>

#include "files.hpp"

namespace understudy::shim {

namespace {

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

long long memory_kills() {
  // A container sees its own group as the root: version 2 of cgroups, then version 1.
  for (const char* path : {"/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"})
    if (const long long kills = number_in(path, "oom_kill"); kills >= 0) return kills;
  return 0;
}

}  // namespace understudy::shim
