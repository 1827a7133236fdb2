#include "understudy/store/transaction.hpp"

#include <utility>

#include "understudy/check.hpp"
#include "writing.hpp"

namespace understudy::store {

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(other.connection_),
      begun_(std::exchange(other.begun_, false)),
      failure_(std::move(other.failure_)) {}

Transaction::~Transaction() {
  undo();
}

void Transaction::undo() {
  // SQLite itself may have rolled back, as on a full disk. A rollback that fails loses nothing: no commit was
  // reported.
  if (!std::exchange(begun_, false)) return;
  connection_->counters.forget();
  if (connection_->in_transaction()) connection_->db.tryExec("ROLLBACK");
}

std::expected<void, CommitError> Transaction::commit() {
  guarded([&] {
    if (!begun_) return;
    connection_->counters.write(*connection_);
    connection_->run("COMMIT");
    begun_ = false;
    UNDERSTUDY_CHECK(!connection_->in_transaction(), connection_->path);
  });
  if (!failure_) return {};
  undo();
  return std::unexpected(*failure_);
}

}  // namespace understudy::store
