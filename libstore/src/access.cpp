// Named tokens and the audit log.
#include <algorithm>
#include <limits>

#include "reading.hpp"
#include "understudy/store/store.hpp"
#include "writing.hpp"

namespace understudy::store {

void Transaction::append_audit(const AuditRow& row) {
  write("INSERT INTO audit (ts, actor, peer, action, subject, result) VALUES (?, ?, ?, ?, ?, ?)", row.ts,
        row.actor, row.peer, row.action, row.subject, row.result);
}

void Transaction::put_token(const TokenRow& row) {
  write(
      "INSERT OR REPLACE INTO tokens (id, name, role, hash, created, expires, last_used) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      row.id, row.name, row.role, row.hash, row.created, row.expires, row.last_used);
}

bool Transaction::remove_token(const std::string& id) {
  return writing([&] {
    connection_->run("DELETE FROM tokens WHERE id = ?", id);
    return connection_->db.getChanges() > 0;
  });
}

void Transaction::mark_token_used(const std::string& id, std::int64_t at_ms) {
  write("UPDATE tokens SET last_used = ? WHERE id = ?", at_ms, id);
}

std::vector<TokenRow> Store::tokens() {
  std::vector<TokenRow> rows;
  try {
    auto query = connection_->query(
        "SELECT id, name, role, hash, created, expires, last_used FROM tokens ORDER BY name, id");
    while (query.next())
      rows.push_back({.id = query.text(0),
                      .name = query.text(1),
                      .role = query.text(2),
                      .hash = query.text(3),
                      .created = query.integer(4),
                      .expires = query.maybe_integer(5),
                      .last_used = query.maybe_integer(6)});
  } catch (const SQLite::Exception&) {
    return {};  // nobody gets in by a token that cannot be read
  }
  return rows;
}

std::vector<AuditRow> Reader::audit(std::optional<std::int64_t> after, std::optional<std::int64_t> before_id,
                                    std::int64_t limit) {
  return guarded([&] {
    constexpr auto last = std::numeric_limits<std::int64_t>::max();
    std::vector<AuditRow> rows;
    auto query = connection_->query(after ? "SELECT id, ts, actor, peer, action, subject, result FROM audit "
                                            "WHERE id > ? AND id < ? ORDER BY id LIMIT ?"
                                          : "SELECT id, ts, actor, peer, action, subject, result FROM audit "
                                            "WHERE id > ? AND id < ? ORDER BY id DESC LIMIT ?",
                                    after.value_or(0), before_id.value_or(last), limit);
    while (query.next())
      rows.push_back({.id = query.integer(0),
                      .ts = query.integer(1),
                      .actor = query.text(2),
                      .peer = query.text(3),
                      .action = query.text(4),
                      .subject = query.text(5),
                      .result = query.text(6)});
    if (!after) std::ranges::reverse(rows);
    return rows;
  });
}

}  // namespace understudy::store
