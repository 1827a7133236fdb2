#pragma once
#include "connection.hpp"
#include "understudy/store/reader.hpp"

namespace understudy::store {

/// Runs a read. One that fails finds nothing, and take_error() says why.
template <class Read>
auto Reader::guarded(Read&& read) -> decltype(read()) {
  error_.clear();
  try {
    return read();
  } catch (const SQLite::Exception& failure) {
    error_ = "the database could not be read (" + connection_->path + ": " + failure.what() + ")";
    return decltype(read())();
  }
}

/// Gives a row to the visitor, or keeps it when there is none; false: no more are wanted.
template <class Row>
bool deliver(Row row, std::vector<Row>& kept, const Visit<Row>& visit) {
  if (visit) return visit(row);
  kept.push_back(std::move(row));
  return true;
}

/// Several statements on one snapshot.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection) : connection_(connection) { connection.run("BEGIN"); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction() { connection_.db.tryExec("ROLLBACK"); }

 private:
  Connection& connection_;
};

}  // namespace understudy::store
