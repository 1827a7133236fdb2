import { Stack, Table, Text, Title } from '@mantine/core';
import { amount, timestamp } from '../../../shared/format';
import { HeldLine } from '../../../shared/health/HeldLine';
import type { TierHealth } from '../../../shared/health/tiers';
import { RelativeTime } from '../../../shared/RelativeTime';
import { useNow, useNowUntil } from '../../../shared/useNow';
import type { Why } from '../../../api/types';
import { groupsOf, timerInWords, type Guard } from './guards';
import { TiersHealth } from './TiersHealth';
import { decisionInWords, guardInWords, timersOf, timerWhat, type TierStanding } from './words';

function Holds({ holds }: { holds: boolean | undefined }) {
  if (holds === undefined) return null;
  return (
    <Text span size="sm" mr={8} role="img" aria-label={holds ? 'holds' : 'does not hold'} fw={holds ? 400 : 700}>
      {holds ? '✓' : '✗'}
    </Text>
  );
}

function Guards({ title, guards }: { title: string; guards: Guard[] }) {
  const now = useNowUntil(...guards.map(({ until }) => until));
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <Table aria-label={title} layout="fixed">
        <Table.Tbody>
          {guards
            .map((guard) => guardInWords(guard, now))
            .map((guard) => (
              <Table.Tr key={guard.name}>
                <Table.Th scope="row" fw={400} c="dimmed" w="45%" pl={2} style={{ overflowWrap: 'anywhere' }}>
                  {guard.name}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Holds holds={guard.holds} />
                  {guard.value}
                </Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function NextTimer({ timer }: { timer: NonNullable<Why['next_timer']> }) {
  const now = useNow(1000);
  return (
    <Text size="sm" title={timestamp(timer.at)} role="timer">
      {timerInWords({ ...timer, what: timerWhat(timer) }, now)}
    </Text>
  );
}

interface Props {
  why: Why;
  /** It knows when a tier may serve again, whichever timer is next. */
  agent?: TierStanding;
  /** What the fleet knows of its providers; absent while that is not known. */
  tiers?: TierHealth[] | undefined;
}

/** Why the agent is in its state: the last decision, what happens next by itself, and what both depend on. */
export function WhyView({ why, agent, tiers }: Props) {
  const timers = timersOf(why, agent);
  return (
    <Stack gap="lg">
      <section>
        <Title order={3} size="h6" mb={4}>
          Last decision
        </Title>
        {why.last_decision === null ? (
          <Text size="sm" c="dimmed">
            Nothing has been decided yet.
          </Text>
        ) : (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {decisionInWords(why.last_decision)}
            {why.decided_at !== null && (
              <Text span c="dimmed" size="sm">
                {' · '}
                <RelativeTime at={why.decided_at} />
              </Text>
            )}
          </Text>
        )}
      </section>
      {why.held != null && (
        <section>
          <Title order={3} size="h6" mb={4}>
            What its tasks wait for
          </Title>
          <Text size="sm" data-testid="why-held">
            {amount(why.held.tasks, 'task')}: <HeldLine held={why.held} />
          </Text>
        </section>
      )}
      <section>
        <Title order={3} size="h6" mb={4}>
          What happens next by itself
        </Title>
        {timers.length === 0 && (
          <Text size="sm" c="dimmed">
            Nothing: it waits for a task or for you.
          </Text>
        )}
        {timers.map((timer) => (
          <NextTimer key={timer.what} timer={timer} />
        ))}
      </section>
      {tiers !== undefined && <TiersHealth tiers={tiers} />}
      {groupsOf(why.guards).map(({ title, guards }) => (
        <Guards key={title} title={title} guards={guards} />
      ))}
    </Stack>
  );
}
