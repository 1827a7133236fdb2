// Version 3: indexes of orders contain the filters too, and events of providers have their own index.
#include "schema.hpp"

namespace understudy::store {

extern const char schema_v3[] = R"sql(
-- Lists of those that have ended rely on it.
UPDATE rollouts SET end_time = start_time
  WHERE end_time IS NULL AND status IN ('failed', 'succeeded', 'cancelled');

-- Some rollouts have hundreds of thousands of spans: a page of them counts none.
ALTER TABLE attempts ADD COLUMN spans INTEGER NOT NULL DEFAULT 0;
UPDATE attempts SET spans = (SELECT count(*) FROM spans s WHERE s.attempt = attempts.number);

-- The status of what has ended hardly changes: it costs no write to keep it here.
DROP INDEX rollouts_by_end;
DROP INDEX rollouts_by_duration;
CREATE INDEX rollouts_by_end ON rollouts (end_time, start_time, status, mode) WHERE end_time IS NOT NULL;
CREATE INDEX rollouts_by_duration ON rollouts (end_time - start_time, start_time, status, mode)
  WHERE end_time IS NOT NULL;
CREATE INDEX rollouts_open ON rollouts (start_time, mode) WHERE end_time IS NULL;

-- Few among the rollouts' events; the dashboard asks for a day of them.
CREATE INDEX event_log_of_providers ON event_log (id) WHERE type >= 'provider.' AND type < 'provider/';
)sql";

}  // namespace understudy::store
