import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Rollout } from '../src/api/types';
import { badge } from './harness/pages';
import { agentType, refused } from './harness/rig';
import { test } from './harness/test';

const instances = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const names = instances.map((instance) => `reviewer-${instance}`);
const [first = '', ...others] = names;
const late = { steps: [{ fault: 'slow_first_byte', ms: 1500, times: 'forever' as const }] };

const section = (page: Page, provider: string) => page.getByRole('region', { name: `Provider ${provider}` });

test('a provider that fails under eight agents costs one call, is tried by one task, and takes the others a few at a time', async ({
  rig,
  visitor,
}) => {
  const { daemon, providers } = await rig.fleet({ reviewer: agentType({ instances, chain: ['p1/model-one'] }) }, [refused]);
  const [p1] = providers;
  const page = await visitor.open(daemon, { path: '/providers' });
  await section(page, 'p1').waitFor();

  const task = await daemon.submit(first);
  await section(page, 'p1')
    .getByText(/^✕ out until/)
    .waitFor();
  const tasks = [task, ...(await Promise.all(others.map((name) => daemon.submit(name))))];
  await page.getByText(/^p1 is out until .* \(auth_error\): 8 agents hold 8 tasks\.$/).waitFor();
  expect(await p1?.calls()).toBe(1);

  // It answers again, late enough to be seen.
  await p1?.script(late);
  await page.getByRole('button', { name: 'Try now: p1' }).click();
  await section(page, 'p1')
    .getByText(/^◌ on trial by reviewer-[a-h]$/)
    .waitFor();
  await expect.poll(() => p1?.calls()).toBe(2); // its container starts first
  await section(page, 'p1')
    .getByText(/^◑ coming back, 2 places$/)
    .waitFor();

  for (const each of tasks) {
    await expect.poll(async () => (await daemon.get<Rollout>(`/rollouts/${each}`)).status, { timeout: 60_000 }).toBe('succeeded');
  }
  expect(await p1?.calls()).toBe(9);
  await page.getByText('All is well: the one provider serves.').waitFor();
}, 120_000);

test('with one tier, tasks are held and the page says for what, until an operator resets the provider', async ({ rig, visitor }) => {
  const { daemon, providers } = await rig.fleet({ writer: agentType({ chain: ['p1/model-one'] }) }, [refused]);
  const task = await daemon.submit('writer-default');
  const page = await visitor.open(daemon);
  await page
    .getByTestId('agent-held-writer-default')
    .getByText(/^waits for p1 until .* \(auth_error\)/)
    .waitFor();
  expect(await badge(page, 'writer-default').textContent()).toBe('✕ all tiers exhausted');
  await page.getByText(/^p1 is out until .* \(auth_error\): 1 agent holds 1 task\.$/).waitFor();

  await page.getByRole('link', { name: 'Rollouts' }).click();
  await page
    .getByTestId(`rollout-row-${task}`)
    .getByText(/^waits for p1 until/)
    .waitFor();

  await providers[0]?.script({});
  await page.getByRole('link', { name: 'Providers' }).click();
  await page.getByRole('button', { name: 'Reset… p1' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
  expect((await daemon.finished(task)).status).toBe('succeeded');
});
