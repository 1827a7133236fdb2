import { expect, onTestFinished } from 'vitest';
import { connection, row } from './harness/pages';
import { agentType, type Config } from './harness/rig';
import { Stranger } from './harness/stranger';
import { test } from './harness/test';

const types = { reviewer: agentType() };
const guarded: Config = { service: { auth: { reads: 'token' } } };
const refusal = /status of 401/;

test('the printed link signs in, and its token does not stay in the address', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types, [{}, {}], guarded);
  const page = await visitor.open(daemon, { signedIn: false, path: `/#token=${daemon.token}` });
  await row(page, 'reviewer-default').waitFor();
  expect(page.url()).toBe(`${daemon.url}/agents`);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie }))).not.toContain(
    daemon.token,
  );
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

test('a visitor without a sign-in is told what an action needs', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types);
  const page = await visitor.open(daemon, { signedIn: false, expected: refusal });
  await page.getByTestId('agent-pause-reviewer-default').click();
  await page
    .getByRole('alert')
    .getByText(/[Ss]ign in/)
    .waitFor();
  expect((await daemon.agent('reviewer-default')).provider_state.paused).toBe(false);
});

test('signing out ends the session', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types);
  const page = await visitor.open(daemon, { path: '/settings' });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Operator token', { exact: true }).waitFor();
  const session = await page.evaluate(
    async () => (await fetch('/session', { headers: { Accept: 'application/json' } })).json() as Promise<unknown>,
  );
  expect(session).toMatchObject({ operator: false });
  expect(await page.evaluate(() => localStorage.getItem('understudy.session'))).toBeNull();
});

test('the cookie alone, which another port of this host receives, reads and changes nothing of the operator’s', async ({
  rig,
  visitor,
}) => {
  const { daemon } = await rig.fleet(types, [{}, {}], guarded);
  const page = await visitor.open(daemon, { expected: refusal });
  await row(page, 'reviewer-default').waitFor();
  const stranger = await Stranger.start();
  onTestFinished(() => stranger.close());
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(stranger.url);
  const cookie = stranger.cookies.find((each) => each.includes('understudy_')) ?? '';
  expect(cookie, 'a browser brings cookies to every port').not.toBe('');
  for (const [method, path] of [
    ['GET', '/agents'],
    ['GET', '/config'],
    ['POST', '/agents/reviewer-default/pause'],
    ['POST', '/tokens'],
  ] as const) {
    const answer = await fetch(daemon.url + path, { method, headers: { Cookie: cookie } });
    expect(answer.status, `${method} ${path}`).toBe(401);
  }
  expect((await daemon.agent('reviewer-default')).provider_state.paused).toBe(false);
  // That page cannot get the missing secret either: it is stored by origin.
  expect(await elsewhere.evaluate(() => JSON.stringify({ ...localStorage }))).toBe('{}');
});

test('a secret that was lost while the cookie lives means signing in again', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types, [{}, {}], guarded);
  const page = await visitor.open(daemon, { signedIn: false, path: `/#token=${daemon.token}`, expected: refusal });
  await row(page, 'reviewer-default').waitFor();
  await page.evaluate(() => localStorage.removeItem('understudy.session'));
  await page.reload();
  await page.getByLabel('Operator token', { exact: true }).fill(daemon.token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await row(page, 'reviewer-default').waitFor();
});

test('two tabs are signed in together, and out together', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(types, [{}, {}], guarded);
  const first = await visitor.open(daemon, { signedIn: false, expected: refusal });
  await first.getByRole('heading', { name: 'Sign in' }).waitFor();
  const second = await first.context().newPage();
  await second.goto(daemon.signInUrl);
  await row(second, 'reviewer-default').waitFor();
  await row(first, 'reviewer-default').waitFor();
  await second.goto(`${daemon.url}/settings`);
  await second.getByRole('button', { name: 'Sign out' }).click();
  await first.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await row(first, 'reviewer-default').count()).toBe(0);
});
