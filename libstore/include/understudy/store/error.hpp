#pragma once
#include <cstdint>
#include <string>

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
namespace understudy::store {

enum class OpenErrorKind : std::uint8_t { cannot_open, corrupt, newer_schema, migration_failed };

struct OpenError {
  OpenErrorKind kind{OpenErrorKind::cannot_open};
  std::string message;  ///< a sentence that names the file, and the newest backup where one helps
};

enum class CommitErrorKind : std::uint8_t { disk_full, io, corrupt, readonly, other };

struct CommitError {
  CommitErrorKind kind{CommitErrorKind::other};
  std::string message;  ///< a sentence
};

}  // namespace understudy::store
#pragma GCC visibility pop
