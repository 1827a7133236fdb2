import type { Agent, ContainerDecision, ContainerGuard, ContainerTimer, Why, WhyGuard, WhyTimer } from '../../../api/types';
import { countdown, duration, remaining } from '../../../shared/format';
import type { Guard } from './guards';

type Timer = NonNullable<Why['next_timer']>;

/** The decisions of the container machine, in an operator's words. Other texts are already sentences. */
export const decisions: Record<ContainerDecision, string> = {
  create: 'The container is created: work is waiting for it',
  created: 'The container was created, and is being started',
  start: 'The container is started: work is waiting for it',
  'start answered': 'The container was started; it is not ready yet',
  confirmed: 'The container is ready',
  granted: 'The container took a task',
  'up to date': 'The container took a task',
  'last lease ended': 'The last task ended; the container is idle',
  'found running': 'The container was found running after a restart',
  'found with its leases': 'The container was found running with its task after a restart',
  idle: 'The container is stopped: it was idle long enough',
  drain: 'The container is stopped: its configuration changed',
  outdated: 'The container is replaced: its configuration changed',
  deleted: 'The container is removed: the agent was deleted',
  quarantined: 'The container is removed: it can no longer be trusted',
  manual: 'The container is stopped: an operator asked for it',
  shutdown: 'The container is stopped: the daemon shut down',
  'engine unreachable': 'The engine does not answer; the state of the container is unknown',
  'engine recovered': 'The engine answers again; the container is checked',
  'daemon started': 'The daemon was started; the container is checked',
  'could not look': 'The engine could not tell the state of the container',
  'start not confirmed': 'The engine did not confirm the start; the container is checked',
  'stop not resolved': 'The engine did not confirm the stop; the container is checked',
  'removal not resolved': 'The engine did not confirm the removal; the container is checked',
  killed: 'The container was killed',
  stopped: 'The container was stopped',
  removed: 'The container was removed',
  died: 'The container died',
  'stopped by somebody else': 'The container was stopped by somebody else',
  'container vanished': 'The container was removed by somebody else',
  'not found': 'There is no container',
  'found stopped': 'The container was found stopped',
  'new generation': 'The configuration changed; the next task gets a new container',
  'retry is due': 'The container may be started again',
  'asked to start': 'An operator asked for a start',
  'start failed': 'The container could not be started',
  'start called off': 'The start was cancelled',
  'in between': 'The engine was busy with the container; it is checked again',
  external: 'The container was stopped from outside',
  ephemeral: 'The container is removed: it served its one task',
  task_end: 'The container is stopped to end its task',
  unready: 'The container is stopped: it did not become ready',
  start_failed: 'The container is stopped: its start failed',
};

/** The daemon's text is looked up as data: `constructor` is not one of our words. */
function wordFor<Key extends string>(words: Record<Key, string>, said: string): string | undefined {
  return new Map<string, string>(Object.entries(words)).get(said);
}

export function decisionInWords(decision: string): string {
  return wordFor(decisions, decision) ?? decision;
}

const asked = (what: string) => `the engine must have answered (${what})`;

export const containerTimers: Record<ContainerTimer, string> = {
  'idle stop': 'the container stops if no task comes',
  'start timeout': 'the start counts as failed if the container is not ready by then',
  'next probe': 'the container is probed for readiness',
  retry: 'the container is started again',
  'drain deadline': 'the task that still runs is ended, so that the container can be replaced',
  'waiter deadline': 'the task that waits for the container gives up',
  'lease expiry': 'the task’s hold on the container ends',
  look: 'the container is checked again',
  create: asked('create'),
  start: asked('start'),
  stop: asked('stop'),
  kill: asked('kill'),
  remove: asked('remove'),
  inspect: asked('inspect'),
  probe: asked('probe'),
};

/** Null: the daemon's own text says which of several it is. */
export const whyTimers: Record<WhyTimer, string | null> = {
  task_deadline: 'the task reaches its time limit (agent.timeout_s)',
  ending: null,
  resume: 'a tier may serve again, and the agent resumes',
  held: 'the next of its tasks may begin',
  return: null,
  warm_minimum: 'the number of agents kept started may change (container.warm)',
  container: null,
};

export function timerWhat({ code, part, what }: Timer): string {
  return (part === undefined ? whyTimers[code] : wordFor(containerTimers, part)) ?? what;
}

export const containerGuards: Record<ContainerGuard, string> = {
  'no leases': 'No task holds it',
  'nobody waits': 'No task waits for it',
  ready: 'It is ready',
  'not pinned': 'It may stop when idle',
  'not kept warm': 'It is not among those kept started',
  'idle window': 'Idle long enough',
  'up long enough': 'Up long enough',
  'engine reachable': 'The engine answers',
  'no request in flight': 'No request to the engine is pending',
  'not shutting down': 'The daemon is not shutting down',
};

export const whyGuards: Record<WhyGuard, string> = {
  queue: 'Tasks waiting',
  task: 'Task',
  environment: 'Environment',
  removal: 'Removal',
  ending: 'Ending of the task',
  keep_warm: 'Kept started',
  not_paused: 'Its container is not paused',
  tier: 'Active tier',
  failover: 'Failover',
  paused: 'Paused',
  streak: 'Server errors in a row',
  probation: 'On trial after a return',
  cooldown_multiplier: 'Cooldown lengthened',
  retry: 'Tier 1 may serve again',
  tier_out: 'rests',
  tier_over_budget: 'is over its token budget',
  held: 'Held',
  tier_health: 'health',
  tier_trial: 'trial',
  tier_ramp: 'ramp',
  container: 'Container',
  last_container_error: 'Last container error',
  idle_stop: 'Condition of the idle stop',
};

const tasks = (many: number) => (many === 0 ? 'none' : `${many} task${many === 1 ? '' : 's'}`);

function conditionValue({ part, value, actual, needed, holds }: Guard): string {
  switch (part) {
    case 'no leases':
    case 'nobody waits':
      return actual === undefined ? value : tasks(actual);
    case 'not kept warm':
      return holds === true ? 'it is not' : 'it is';
    case 'not pinned':
      return holds === true ? 'yes: started on demand' : 'no: always on';
    default:
      return actual === undefined || needed === undefined ? value : `${duration(actual)} of ${duration(needed)}`;
  }
}

function valueOf(guard: Guard, now: number): string {
  const { code, value, actual = 0, needed = 0, until } = guard;
  switch (code) {
    case 'idle_stop':
      return conditionValue(guard);
    case 'queue':
      return String(actual);
    case 'streak':
      return `${actual}; failover at ${needed}`;
    case 'cooldown_multiplier':
      return actual === 1 ? 'no' : `${actual} times`;
    case 'keep_warm':
      return `${guard.kept === true ? 'yes' : 'no'}; now ${actual} of its type`;
    case 'tier_out':
    case 'tier_over_budget':
      return until === undefined ? value : `for ${remaining(until - now)}`;
    case 'retry':
      return until === undefined ? value : (countdown(until, now) ?? 'due');
    default:
      return value;
  }
}

function nameOf({ code, part, tier, name }: Guard): string {
  if (code === 'idle_stop') return (part === undefined ? undefined : wordFor(containerGuards, part)) ?? name;
  const known = wordFor(whyGuards, code) ?? name;
  return tier === undefined ? known : `Tier ${tier} ${known}`;
}

/** A condition in an operator's words; an unknown one keeps the daemon's own. */
export function guardInWords(guard: Guard, now: number): Guard {
  return { ...guard, name: nameOf(guard), value: valueOf(guard, now) };
}

export type TierStanding = Pick<Agent, 'provider_state'> & Partial<Pick<Agent, 'failover'>>;

function wayBack(agent: TierStanding | undefined): string {
  return agent?.failover?.return === 'when_due'
    ? 'from then on its next task may begin on tier 1'
    : 'from then on a success brings it back to tier 1';
}

/**
 * What happens next, beginning with the retry that the operator of a degraded agent waits for: the daemon names only the
 * earliest timer, and that may be the idle stop.
 */
export function timersOf(why: Why, agent: TierStanding | undefined): Timer[] {
  const next = why.next_timer;
  const state = agent?.provider_state;
  const resumes = state?.pause_reason === 'exhausted' && agent?.failover?.resume_when_possible !== false;
  const returns = state !== undefined && !state.paused && state.current_tier > 1;
  if (state?.retry_at == null || !(resumes || returns) || (next !== null && next.code !== 'container')) return next === null ? [] : [next];
  const retry: Timer = resumes
    ? { at: state.retry_at, code: 'resume', what: whyTimers.resume ?? '' }
    : { at: state.retry_at, code: 'return', what: wayBack(agent) };
  return next === null ? [retry] : [retry, next];
}
