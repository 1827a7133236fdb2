import { expect } from 'vitest';
import { connection, row } from './harness/pages';
import { agentType, type Config } from './harness/rig';
import { test } from './harness/test';

const types = { reviewer: agentType() };
const guarded: Config = { service: { auth: { reads: 'token' } } };
const refusal = /status of 401/;

test('the printed link signs in, and its token does not stay in the address', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types, [{}, {}], guarded);
  const page = await visitor.open(daemon, { signedIn: false, path: `/#token=${daemon.token}` });
  await row(page, 'reviewer-default').waitFor();
  expect(page.url()).toBe(`${daemon.url}/agents`);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }))).not.toContain(daemon.token);
  await expect.poll(() => connection(page).getAttribute('data-status')).toBe('online');

  await page.reload();
  await row(page, 'reviewer-default').waitFor();
});

test('a daemon that answers only to its operator shows how to sign in', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types, [{}, {}], guarded);
  const page = await visitor.open(daemon, { signedIn: false, path: '/agents/reviewer-default?tab=why', expected: refusal });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await row(page, 'reviewer-default').count()).toBe(0);

  await page.getByLabel('Operator token', { exact: true }).fill('certainly-not-it');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('form', { name: 'Sign in' }).getByText(/token/i).last().waitFor();
  await page.getByLabel('Operator token', { exact: true }).fill(daemon.signInUrl);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await page.getByTestId('agent-drawer').getByRole('tab', { name: 'Why', selected: true }).waitFor();
});

test('a wrong link says so, and what may be read is still there', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types);
  const page = await visitor.open(daemon, { signedIn: false, path: '/#token=wrong', expected: refusal });
  await page.getByText(/The link did not sign in/).waitFor();
  await row(page, 'reviewer-default').waitFor();
});

test('who only looks on is told what an action wants', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types);
  const page = await visitor.open(daemon, { signedIn: false, expected: refusal });
  await page.getByTestId('agent-pause-reviewer-default').click();
  await page.getByRole('alert').getByText(/[Ss]ign in/).waitFor();
  expect((await daemon.agent('reviewer-default')).provider_state.paused).toBe(false);
});

test('signing out ends the session', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types);
  const page = await visitor.open(daemon, { path: '/settings' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Operator token', { exact: true }).waitFor();
  const session = await page.evaluate(async () => (await fetch('/session', { headers: { Accept: 'application/json' } })).json() as Promise<unknown>);
  expect(session).toEqual({ operator: false });
});
