#pragma once
#include "connection.hpp"
#include "understudy/store/reader.hpp"

namespace understudy::store {

/// Runs a read; one that fails finds nothing, and leaves why.
template <class Read>
auto Reader::guarded(Read&& read) -> decltype(read()) {
  trouble_.clear();
  try {
    return read();
  } catch (const SQLite::Exception& failure) {
    trouble_ = "the database could not be read (" + connection_->path + ": " + failure.what() + ")";
    return decltype(read())();
  }
}

/// Several statements that see one moment. Ends by itself: nothing was written.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection) : connection_(connection) {
    connection.query("BEGIN").run();
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() { connection_.db.tryExec("ROLLBACK"); }

 private:
  Connection& connection_;
};

}  // namespace understudy::store
