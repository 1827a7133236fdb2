import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { eventLooks } from '../features/agentDrawer/activity/activity';
import { looks } from '../features/agentDrawer/chain/ledger';
import { containerGuards, containerTimers, decisions, whyGuards, whyTimers } from '../features/agentDrawer/why/words';
import { statuses } from '../features/rollouts/rolloutsQuery';
import { leaseEnds } from '../features/transcript/brokenOff';
import { healthLooks, kindWords, scopeWords } from '../shared/health/words';

interface Lists {
  components: { schemas: Record<string, { enum: string[] }> & { Rollout: { properties: { status: { enum: string[] } } } } };
}

const document = parse(readFileSync('../docs/openapi.yaml', 'utf8')) as Lists;

it.each([
  ['ContainerDecision', decisions],
  ['ContainerTimer', containerTimers],
  ['ContainerGuard', containerGuards],
  ['WhyGuard', whyGuards],
  ['WhyTimer', whyTimers],
  ['ContainerEvent', eventLooks],
  ['LedgerChange', looks],
  ['LeaseEnd', leaseEnds],
  ['HealthState', healthLooks],
  ['HealthScope', scopeWords],
  ['Kind', kindWords],
])('each %s of the document has words or a look of its own', (list, table) => {
  expect(Object.keys(table).sort()).toEqual(document.components.schemas[list]?.enum.toSorted());
});

it('rollouts can be filtered by each status of the document', () => {
  expect(statuses.toSorted()).toEqual(document.components.schemas.Rollout.properties.status.enum.toSorted());
});
