#pragma once
#include <sqlite3.h>

#include "connection.hpp"
#include "understudy/store/transaction.hpp"

namespace understudy::store {

/// Runs a read or a write unless an earlier one failed; keeps the first failure.
template <class Work>
auto Transaction::guarded(Work&& work) -> decltype(work()) {
  using Result = decltype(work());
  if (failure_) return Result();
  try {
    return work();
  } catch (const SQLite::Exception& failure) {
    failure_ = commit_error(connection_->path, failure);
    return Result();
  }
}

/// As guarded(), after BEGIN IMMEDIATE at the first write: a turn without writes needs no transaction.
template <class Work>
auto Transaction::writing(Work&& work) -> decltype(work()) {
  return guarded([&] {
    if (!begun_) {
      connection_->run("BEGIN IMMEDIATE");
      begun_ = true;
    }
    return work();
  });
}

/// One statement.
template <class... Values>
void Transaction::write(std::string_view sql, const Values&... values) {
  writing([&] { connection_->run(sql, values...); });
}

}  // namespace understudy::store
