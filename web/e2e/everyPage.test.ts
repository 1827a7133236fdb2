import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect } from 'vitest';
import { violations } from './harness/axe';
import { desktop, phone, type Visitor } from './harness/browser';
import { overflow } from './harness/pages';
import { root } from './harness/processes';
import { agentType, refused, type Daemon, type Rig } from './harness/rig';
import { test } from './harness/test';

const pictures = join(root, 'build/screenshots');

/** A fleet with a history: on each tier, exhausted, paused, stopped, over budget, with tasks done and one running. */
async function livedIn(rig: Rig): Promise<{ daemon: Daemon; failedTask: string; runningTask: string }> {
  const short = { container: { idle_stop_min: 0.02, min_up_s: 0 } };
  const { daemon } = await rig.fleet(
    {
      reviewer: agentType({ chain: ['p1/claude-opus-4-7', 'p2/deepseek-v4-pro', 'p3/qwen3-coder'], instances: ['default', 'b'] }),
      designer: agentType({ chain: ['p1/claude-opus-4-7', 'p1/claude-sonnet-4-6'] }),
      writer: agentType({ chain: ['p2/deepseek-v4-pro', 'p3/qwen3-coder'], instances: ['a', 'b', 'c'], ...short }),
      planner: agentType({
        chain: ['p2/deepseek-v4-pro', 'p3/qwen3-coder'],
        failover: { triggers: ['token_budget'], on_exhausted: 'pause' },
        usage_threshold_tokens: 10,
      }),
      slow: agentType({ chain: ['p4/a-model-with-quite-a-long-name-2026-11-21'], failover: {} }),
    },
    [
      refused,
      {
        answer: 'I read the last commit. **It is fine**, but `parse()` drops the last line:\n\n```py\nlines = text.split("\\n")[:-1]\n```',
        usage: { input_tokens: 1250, output_tokens: 480 },
      },
      {},
      { steps: [{ fault: 'stall', seconds: 600, times: 'forever' }] },
    ],
    { service: { usage_window: '24h' } },
  );
  const failed = await daemon.run('reviewer-default', 'Review the last commit and say what is risky in it.');
  await daemon.submit('designer-default');
  await Promise.all(['writer-a', 'writer-b', 'planner-default'].map((name) => daemon.run(name)));
  await daemon.post('/agents/writer-c/pause');
  await daemon.post('/tokens', { name: 'wall-screen', role: 'viewer', expires: Date.now() + 3 * 86_400_000 });
  await daemon.post('/tokens', { name: 'gpu-runners', role: 'store' });
  await daemon.call('POST', '/session', { token: 'wrong' }, { Authorization: '' });
  const runningTask = await daemon.submit('slow-default', 'Wait for an answer that does not come.');
  await expect.poll(async () => (await daemon.agent('designer-default')).provider_state.pause_reason).toBe('exhausted');
  await expect.poll(async () => (await daemon.agent('writer-a')).state.lifecycle_state, { timeout: 15_000 }).toBe('stopped');
  await expect.poll(async () => (await daemon.agent('slow-default')).current_rollout_id).toBe(runningTask);
  return { daemon, failedTask: failed.rollout_id, runningTask };
}

/** Every request has been answered, and the answers are drawn. */
async function settle(page: Page): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy=true], .mantine-Skeleton-root:visible').count(), { timeout: 15_000 }).toBe(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.mouse.move(0, 0);
}

const drawerTabs = ['chain', 'activity', 'lifecycle', 'why', 'task'];

function places(failedTask: string, runningTask: string): Record<string, string> {
  return {
    agents: '/agents',
    'agents-filtered': '/agents?tier=2',
    ...Object.fromEntries(drawerTabs.map((tab) => [`drawer-${tab}`, `/agents/reviewer-default?tab=${tab}`])),
    'drawer-exhausted': '/agents/designer-default?tab=why',
    'drawer-activity-stopped': '/agents/writer-a?tab=activity',
    'drawer-lifecycle-stopped': '/agents/writer-a?tab=lifecycle',
    'drawer-unknown': '/agents/nobody',
    transcript: `/agents?transcript=${failedTask}`,
    'transcript-running': `/agents?transcript=${runningTask}`,
    providers: '/providers',
    rollouts: '/rollouts',
    'rollout-json': `/rollouts?json=${failedTask.split('/')[0] ?? ''}`,
    resources: '/resources',
    ...Object.fromEntries(
      ['waterfall', 'tree', 'table', 'chat'].map((view) => [
        `traces-${view}`,
        `/traces?rollout=${failedTask.split('/')[0] ?? ''}&view=${view}`,
      ]),
    ),
    runners: '/runners',
    config: '/config',
    settings: '/settings',
    'settings-access': '/settings/access',
    'settings-audit': '/settings/audit',
  };
}

const looks = [
  { name: 'light', options: { viewport: desktop, colorScheme: 'light' } },
  { name: 'dark', options: { viewport: desktop, colorScheme: 'dark' } },
  { name: 'phone', options: { viewport: phone, colorScheme: 'light', isMobile: true, hasTouch: true } },
] as const;

/** What is wrong, and on which pages. */
type Faults = Map<string, string[]>;

async function visit(
  visitor: Visitor,
  daemon: Daemon,
  where: Record<string, string>,
  look: (typeof looks)[number],
  faults: Faults,
): Promise<void> {
  const page = await visitor.open(daemon, { context: look.options });
  for (const [name, path] of Object.entries(where)) {
    await page.goto(daemon.url + path);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    // The drawer comes after its page, and its name a moment after the drawer.
    if (/^\/agents\/|[?&](transcript|json)=/.test(path)) await page.locator('[role=dialog][aria-labelledby]').waitFor();
    await settle(page);
    const found = await violations(page);
    if ((await overflow(page)) > 0) found.push('wider than the screen');
    for (const fault of found) faults.set(fault, [...(faults.get(fault) ?? []), `${name} ${look.name}`]);
    await page.screenshot({ path: join(pictures, `${name}-${look.name}.png`), animations: 'disabled' });
  }
}

describe('every page and drawer', () => {
  beforeEach(() => void mkdirSync(pictures, { recursive: true }));

  test('passes axe in both themes and on a phone, and is pictured', { timeout: 300_000 }, async ({ rig, visitor }) => {
    const { daemon, failedTask, runningTask } = await livedIn(rig);
    const where = places(failedTask, runningTask);
    const faults: Faults = new Map();
    for (const look of looks) await visit(visitor, daemon, where, look, faults);
    expect(Object.fromEntries(faults)).toEqual({});
  });
});

test('a fleet without agents invites', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({});
  const faults: Faults = new Map();
  for (const look of looks) await visit(visitor, daemon, { 'empty-agents': '/agents', 'empty-config': '/config' }, look, faults);
  expect(Object.fromEntries(faults)).toEqual({});
});
