import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { answer, refuse } from '../../testing/handlers';
import {
  attempt,
  notStarted,
  onTierTwo,
  overloadedAttempt,
  refuseTranscript,
  rollout,
  rolloutId,
  running,
  Spool,
  world,
} from './testing/fixtures';
import { assistant, init, line, longRun, overloaded, retryLine, toolResult, well } from './testing/recording';
import TranscriptDrawer from './TranscriptDrawer';

const meta: Meta<typeof TranscriptDrawer> = {
  component: TranscriptDrawer,
  args: { rolloutId, attemptId: null },
};

export default meta;
type Story = StoryObj<typeof TranscriptDrawer>;

const unfinished = rollout({ status: 'running', end_time: null });
const forever = async () => {
  await delay('infinite');
};

export const WentWell: Story = { parameters: { handlers: world({ spool: well }) } };

/** New lines arrive while one watches; here the file does not grow. */
export const Running: Story = {
  parameters: { handlers: world({ rollout: unfinished, attempts: [running], spool: well.slice(0, well.indexOf('"toolu_05"')) }) },
};

export const RetriedElsewhere: Story = {
  args: { attemptId: overloadedAttempt.attempt_id },
  parameters: { handlers: world({ attempts: [overloadedAttempt, onTierTwo], spool: overloaded }) },
};

export const ItsOwnFailure: Story = {
  parameters: {
    handlers: world({
      rollout: rollout({ status: 'failed' }),
      attempts: [
        attempt(1, {
          status: 'failed',
          metadata: {
            tier: 1,
            provider: 'anthropic',
            model: 'claude-opus-4-7',
            verdict: { kind: 'task_error', failover: false, rule: 'max-turns', evidence: 'Reached maximum number of turns (3)' },
          },
        }),
      ],
      spool:
        init +
        retryLine +
        line({
          type: 'result',
          subtype: 'error_max_turns',
          is_error: true,
          num_turns: 4,
          duration_ms: 2610,
          total_cost_usd: 0.0012,
          errors: ['Reached maximum number of turns (3)'],
        }),
    }),
  },
};

export const Subagents: Story = {
  parameters: {
    handlers: world({
      spool:
        init +
        assistant({
          id: 'm1',
          content: [
            {
              type: 'tool_use',
              id: 't1',
              name: 'Task',
              input: { description: 'Look for retries', prompt: 'Find every loop that retries.' },
            },
          ],
        }) +
        line({
          type: 'user',
          message: { role: 'user', content: [{ type: 'text', text: 'Find every loop that retries.' }] },
          parent_tool_use_id: 't1',
        }) +
        assistant({
          id: 'm2',
          content: [{ type: 'tool_use', id: 't2', name: 'Grep', input: { pattern: 'retry', path: 'src' } }],
          parent: 't1',
        }) +
        toolResult('t2', 'src/client.py:14: while True:', false, 't1') +
        assistant({ id: 'm2b', content: [{ type: 'text', text: 'One: src/client.py, line 14.' }], parent: 't1' }) +
        toolResult('t1', [{ type: 'text', text: 'One: src/client.py, line 14.' }]),
    }),
  },
};

export const PlainText: Story = {
  parameters: {
    handlers: world({
      spool: Array.from({ length: 60 }, (_, at) => `[${at}/60] \u001b[32mcompiling\u001b[0m module_${at}.cpp\n`).join(''),
    }),
  },
};

export const UnknownLinesAndAHalfOne: Story = {
  parameters: {
    handlers: world({
      attempts: [attempt(1, { status: 'failed' })],
      spool: `${init}warning: something on stdout\n${line({ type: 'new_kind', deep: { a: 1 } })}{"type":"assist`,
    }),
  },
};

/** Its end first; the rest on demand. */
export const Large: Story = { parameters: { handlers: world({ spool: new Spool(() => longRun(17 * 1024 * 1024)).handler }) } };

export const Loading: Story = {
  parameters: { handlers: [http.get('*/rollouts/:id', forever), http.get('*/rollouts/:id/attempts', forever)] },
};

export const LoadingTheFile: Story = {
  parameters: { handlers: world({ spool: http.get('*/rollouts/:id/attempts/:aid/transcript', forever) }) },
};

export const WaitingForAnAgent: Story = {
  parameters: { handlers: world({ rollout: rollout({ status: 'queuing', end_time: null }), attempts: [] }) },
};

export const NothingWrittenYet: Story = { parameters: { handlers: world({ rollout: unfinished, attempts: [running] }) } };

export const NothingWritten: Story = { parameters: { handlers: world({ spool: '' }) } };

export const NeverRan: Story = {
  parameters: {
    handlers: world({
      rollout: rollout({ status: 'failed' }),
      attempts: [notStarted],
      spool: refuseTranscript(404, 'Not Found', 'The transcript is not there: the attempt has not begun, or it is gone.'),
    }),
  },
};

export const Gone: Story = {
  parameters: {
    handlers: world({
      spool: refuseTranscript(404, 'Not Found', 'The transcript is not there: the attempt has not begun, or it is gone.'),
    }),
  },
};

export const SignedOut: Story = {
  parameters: {
    handlers: [
      answer('get', '/session', { operator: false, role: 'none' }),
      ...world({ spool: refuseTranscript(401, 'Unauthorized', 'This call wants the operator’s token; `understudyd token` prints it.') }),
    ],
  },
};

export const Unreadable: Story = { parameters: { handlers: world({ spool: refuseTranscript(503, 'Unavailable', 'The store is busy.') }) } };

export const NoSuchRollout: Story = {
  parameters: {
    handlers: [
      refuse('get', '/rollouts/{id}', 404, 'Not Found', 'There is no such rollout.'),
      answer('get', '/rollouts/{id}/attempts', []),
    ],
  },
};

export const NoSuchAttempt: Story = { args: { attemptId: 'at-nowhere' }, parameters: { handlers: world({ spool: well }) } };
