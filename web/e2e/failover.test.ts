import { expect } from 'vitest';
import { badge, row, tone } from './harness/pages';
import { agentType, refused } from './harness/rig';
import { test } from './harness/test';

test('a failover appears without a reload, with its tone, its reason and the way back', async ({ rig, visitor }) => {
  const { daemon, providers } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon);
  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('① model-one');
  expect(await tone(page, 'reviewer-default')).toBe('neutral');

  await providers[0]?.script(refused);
  await daemon.run('reviewer-default');

  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('② model-two');
  expect(await tone(page, 'reviewer-default')).toBe('warning');
  expect(await page.getByTestId('agent-cooldown-reviewer-default').textContent()).toMatch(/^retry in (59|60)m$/);
  await badge(page, 'reviewer-default').hover();
  await page.getByText(/auth_error · /).waitFor();
  expect(await page.title()).toMatch(/^● \(1\) Agents/);
});

test('↺ beside the badge brings the agent back to tier 1', async ({ rig, visitor }) => {
  const { daemon, providers } = await rig.fleet({ reviewer: agentType() }, [refused, {}]);
  await daemon.run('reviewer-default');
  await providers[0]?.script({});
  const page = await visitor.open(daemon);
  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('② model-two');

  await page.getByTestId('agent-reset-reviewer-default').click();

  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('① model-one');
  await expect.poll(() => page.getByTestId('agent-reset-reviewer-default').count()).toBe(0);
  await expect.poll(async () => (await daemon.agent('reviewer-default')).provider_state.current_tier).toBe(1);
  await expect.poll(() => page.title()).toMatch(/^Agents/);
});

test('⏸ and ▶ pause and resume', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon);
  const button = page.getByTestId('agent-pause-reviewer-default');

  await button.click();
  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('✕ paused');
  expect(await tone(page, 'reviewer-default')).toBe('danger');
  await expect.poll(async () => (await daemon.agent('reviewer-default')).provider_state.pause_reason).toBe('operator');

  await button.click();
  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('① model-one');
  await expect.poll(async () => (await daemon.agent('reviewer-default')).provider_state.paused).toBe(false);
});

test('an agent without a tier left says so, and why in its drawer', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() }, [refused, refused]);
  await daemon.submit('reviewer-default');
  const page = await visitor.open(daemon);
  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('✕ all tiers exhausted');
  expect(await tone(page, 'reviewer-default')).toBe('danger');

  await row(page, 'reviewer-default').click();
  const drawer = page.getByTestId('agent-drawer');
  await drawer
    .getByText(/401 auth_error/)
    .first()
    .waitFor();
  expect(await drawer.getByTestId('tier-time-bar').count()).toBeGreaterThan(0);
  expect(await drawer.getByTestId('tier-time-row-1').textContent()).toMatch(/%/);
});

test('a budget that is used up shows ⛽', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({
    reviewer: agentType({ failover: { triggers: ['auth_error', 'token_budget'] }, usage_threshold_tokens: 10 }),
  });
  await daemon.run('reviewer-default');
  const page = await visitor.open(daemon);
  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('② model-two');
  await page.getByTestId('agent-tier-icon-reviewer-default').getByText('⛽').waitFor({ state: 'attached' });
});
