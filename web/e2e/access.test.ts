import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { connection, row } from './harness/pages';
import { agentType } from './harness/rig';
import { test } from './harness/test';

const types = { reviewer: agentType() };
const guarded = { service: { auth: { reads: 'token' } } };
const refusal = /status of 40[13]/;

test('a token is made, reads and changes nothing, and revoked it reads no more', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types, [{}, {}], guarded);
  const operator = await visitor.open(daemon, { path: '/settings/access' });
  await operator.getByRole('button', { name: 'New token' }).click();
  await operator.getByRole('textbox', { name: /^Name/ }).fill('wall-screen');
  await operator.getByRole('button', { name: 'Create' }).click();
  const value = (await operator.getByTestId('token-value').textContent())?.trim() ?? '';
  await operator.getByRole('button', { name: 'Done' }).click();
  const listed = operator.getByTestId('token-row-wall-screen');
  await listed.getByRole('cell', { name: 'viewer' }).waitFor();
  expect(await operator.content()).not.toContain(value);

  const viewer = await visitor.open(daemon, { token: value, expected: refusal });
  await viewer.getByText('Signed in as “wall-screen”, a viewer').waitFor();
  await row(viewer, 'reviewer-default').waitFor();
  expect(await viewer.getByTestId('agent-pause-reviewer-default').count()).toBe(0);
  await viewer.goto(`${daemon.url}/settings/access`);
  await viewer.getByTestId('token-row-wall-screen').waitFor();
  expect(await viewer.getByRole('button', { name: /Revoke|New token/ }).count()).toBe(0);
  await viewer.goto(`${daemon.url}/agents`);
  await expect.poll(() => connection(viewer).getAttribute('data-status')).toBe('online');

  await listed.getByRole('button', { name: /^Revoke/ }).click();
  await operator.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect.poll(() => listed.count()).toBe(0);
  await viewer.reload();
  await viewer.getByRole('heading', { name: 'Sign in' }).waitFor();
  const dead = await fetch(`${daemon.url}/agents`, { headers: { Authorization: `Bearer ${value}` } });
  expect(dead.status).toBe(401);
});

test('the audit log says who changed what, and who failed to get in', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types);
  await daemon.post('/agents/reviewer-default/pause');
  const wrong = await fetch(`${daemon.url}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"token": "certainly-not-it"}',
  });
  expect(wrong.status).toBe(401);

  const page = await visitor.open(daemon, { path: '/settings' });
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Audit log' }).click();
  await page.getByText('✕ 1 failed sign-in').waitFor();
  await page.getByRole('row').filter({ hasText: 'pause an agent' }).filter({ hasText: 'reviewer-default' }).waitFor();
  await page.getByText('Refused', { exact: true }).click();
  const failed = page.getByTestId(/^audit-row-/);
  await expect.poll(() => failed.count()).toBe(1);
  expect(await failed.textContent()).toMatch(/sign in.*401/);
  expect(await page.content()).not.toContain('certainly-not-it');
});

test('a transcript is downloaded by who may read it', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types, [{ answer: 'a fine day' }, {}], guarded);
  const { rollout_id } = await daemon.run('reviewer-default');
  const page = await visitor.open(daemon, { path: `/agents?transcript=${rollout_id}` });
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
  expect(download.suggestedFilename()).toMatch(new RegExp(`^${rollout_id}-at-.*\\.ndjson$`));
  expect(await readFile(await download.path(), 'utf8')).toContain('a fine day');
});

test('a daemon that listens beyond this machine in the clear says so on every page', async ({ rig, visitor }) => {
  const daemon = await rig.daemon({ agent_types: {} }, '0.0.0.0:0');
  const page = await visitor.open(daemon, { path: '/settings' });
  await page.getByText(/listens beyond its own machine without TLS/).waitFor();
  await page.goto(`${daemon.url}/rollouts`);
  await page.getByText(/listens beyond its own machine without TLS/).waitFor();
});
