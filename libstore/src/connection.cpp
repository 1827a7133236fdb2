#include "connection.hpp"

#include <sqlite3.h>

namespace understudy::store {

Connection::Connection(std::string file, int flags) : path(std::move(file)), db(path, flags, 5'000) {}

SQLite::Statement& Connection::prepared(std::string_view sql) {
  auto& statement = prepared_[sql];
  if (!statement) statement = std::make_unique<SQLite::Statement>(db, std::string(sql));
  return *statement;
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(db.getHandle()) == 0;
}

CommitError commit_error(const std::string& path, const SQLite::Exception& failure) {
  const auto say = [&](CommitErrorKind kind, std::string_view what) {
    return CommitError{kind, std::string(what) + " (" + path + ": " + failure.what() + ")"};
  };
  switch (failure.getErrorCode()) {
    case SQLITE_FULL: return say(CommitErrorKind::disk_full, "the disk is full");
    case SQLITE_IOERR: return say(CommitErrorKind::io, "the database could not be written");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return say(CommitErrorKind::corrupt, "the database is damaged");
    case SQLITE_READONLY: return say(CommitErrorKind::readonly, "the database is read-only");
    case SQLITE_BUSY: return say(CommitErrorKind::other, "another process has locked the database");
    default: return say(CommitErrorKind::other, "the database refused the write");
  }
}

}  // namespace understudy::store
