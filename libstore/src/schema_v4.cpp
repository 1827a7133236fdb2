// Version 4: named tokens and the audit log.
#include "schema.hpp"

namespace understudy::store {

extern const char schema_v4[] = R"sql(
-- Named tokens. Of the token itself only its hash is known.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL, created INTEGER NOT NULL,
  expires INTEGER, last_used INTEGER) WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, actor TEXT NOT NULL, peer TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, result TEXT NOT NULL);
CREATE INDEX audit_by_ts ON audit (ts);
)sql";

}  // namespace understudy::store
