#pragma once
#include <string>

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
namespace understudy::store {

/// Reads all of a file, such as a backup. Empty when it is intact and a store that this version can open,
/// else a sentence.
[[nodiscard]] std::string find_problem(const std::string& path);

}  // namespace understudy::store
#pragma GCC visibility pop
