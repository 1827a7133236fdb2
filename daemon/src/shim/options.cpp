#include "options.hpp"

#include <stdlib.h>
#include <string.h>

namespace understudy::shim {

const char* Options::find(const char* name) const {
  const char* found = nullptr;
  each(name, [&found](const char* value) { found = value; });
  return found;
}

long Options::number(const char* name, long otherwise) const {
  const char* value = find(name);
  return value ? strtol(value, nullptr, 10) : otherwise;
}

bool take_options(char** arguments, int count, int& at, Options& options) {
  options.first = arguments + at;
  const int begin = at;
  while (at < count && strcmp(arguments[at], "--") != 0) {
    if (strncmp(arguments[at], "--", 2) != 0 || at + 1 >= count) return false;
    at += 2;
  }
  options.count = at - begin;
  return true;
}

}  // namespace understudy::shim
