#include "writing.hpp"

namespace understudy::store {

std::optional<PastAnswer> Transaction::past_answer(const std::string& idempotency_key) {
  return guarded([&]() -> std::optional<PastAnswer> {
    auto query =
        connection_->query("SELECT request, answer FROM answers WHERE idempotency_key = ?", idempotency_key);
    return query.next() ? std::optional(PastAnswer{query.text(0), query.text(1)}) : std::nullopt;
  });
}

void Transaction::remember_answer(const std::string& idempotency_key, const PastAnswer& answer, double now) {
  write("INSERT OR IGNORE INTO answers (idempotency_key, given, request, answer) VALUES (?, ?, ?, ?)",
        idempotency_key, now, answer.request, answer.answer);
}

}  // namespace understudy::store
