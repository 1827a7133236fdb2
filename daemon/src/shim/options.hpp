#pragma once
#include <string.h>

namespace understudy::shim {

/// `--name value` pairs between the verb's own words and `--`.
struct Options {
  char** first{nullptr};
  int count{0};

  /// The last value of that name; nullptr when there is none.
  [[nodiscard]] const char* find(const char* name) const;
  [[nodiscard]] long number(const char* name, long otherwise) const;
  [[nodiscard]] bool has(const char* name) const { return find(name) != nullptr; }

  template <class Do>
  void each(const char* name, Do&& act) const {
    for (int at = 0; at + 1 < count; at += 2)
      if (strcmp(first[at], name) == 0) act(first[at + 1]);
  }
};

/// The options that begin at `at`; moves it behind them, to `--` or the end. False: one has no value.
bool take_options(char** arguments, int count, int& at, Options& options);

}  // namespace understudy::shim
