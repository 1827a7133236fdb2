#include "understudy/store/transaction.hpp"

#include <utility>

#include "guarded.hpp"

namespace understudy::store {

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(other.connection_),
      begun_(std::exchange(other.begun_, false)),
      failure_(std::move(other.failure_)) {}

Transaction::~Transaction() {
  if (!begun_ || !connection_->in_transaction()) return;
  connection_->db.tryExec("ROLLBACK");  // nothing was promised yet, so a failure loses nothing
}

std::expected<void, CommitError> Transaction::commit() {
  guarded([&] {
    if (!begun_) return;
    connection_->query("COMMIT").run();
    begun_ = false;
  });
  if (failure_) return std::unexpected(*failure_);
  return {};
}

}  // namespace understudy::store
