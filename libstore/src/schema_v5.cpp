// Version 5: what the fleet knows about its providers, and rollouts that wait for one of them.
#include "schema.hpp"

namespace understudy::store {

extern const char schema_v5[] = R"sql(
-- State, read at boot. `model` and `who` are empty where the entry is about all of them.
CREATE TABLE provider_health (
  account TEXT NOT NULL, scope TEXT NOT NULL, model TEXT NOT NULL, who TEXT NOT NULL, entry TEXT NOT NULL,
  PRIMARY KEY (account, scope, model, who)) WITHOUT ROWID;

-- When a task is given up, from its first provider fault on; what it waits for alone, as JSON.
ALTER TABLE rollouts ADD COLUMN give_up_at_ms INTEGER;
ALTER TABLE rollouts ADD COLUMN held TEXT;
CREATE INDEX rollouts_given_up ON rollouts (give_up_at_ms)
  WHERE status IN ('queuing', 'requeuing') AND give_up_at_ms IS NOT NULL;
CREATE INDEX rollouts_held ON rollouts (agent, agent_type)
  WHERE status IN ('queuing', 'requeuing') AND held IS NOT NULL;
)sql";

}  // namespace understudy::store
