import { expect } from 'vitest';
import { badge, connection, row } from './harness/pages';
import { agentType, refused, type Config } from './harness/rig';
import { test } from './harness/test';

const cutOff = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/;

test('the daemon is killed under an open page and comes back: the page catches up with what it missed', async ({ rig, visitor }) => {
  const { daemon, providers } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon, { expected: cutOff });
  await expect.poll(() => connection(page).getAttribute('data-status')).toBe('online');

  await daemon.kill();
  await expect.poll(() => connection(page).getAttribute('data-status'), { timeout: 10_000 }).toMatch(/reconnecting|offline/);
  expect(await badge(page, 'reviewer-default').textContent()).toBe('① model-one');

  await providers[0]?.script(refused);
  await daemon.startAgain();
  await daemon.run('reviewer-default');
  await expect.poll(() => connection(page).getAttribute('data-status'), { timeout: 30_000 }).toBe('online');
  await expect.poll(() => badge(page, 'reviewer-default').textContent()).toBe('② model-two');
  expect(page.url()).toBe(`${daemon.url}/agents`);
});

test('a lazy start and an idle stop show in Activity as they happen', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ designer: agentType({ container: { idle_stop_min: 0.02, min_up_s: 0 } }) });
  const page = await visitor.open(daemon, { path: '/agents/designer-default?tab=activity' });
  const drawer = page.getByTestId('agent-drawer');
  await drawer.getByRole('tab', { name: 'Activity', selected: true }).waitFor();

  await daemon.run('designer-default');

  await drawer.getByText(/designer-default started in \d+(\.\d+)? (ms|s)/).waitFor();
  await drawer.getByText(/designer-default stopped after .* idle/).waitFor();
  expect(await drawer.getByTestId(/^activity-event-/).count()).toBeGreaterThanOrEqual(2);
});

test('a hidden tab keeps its title', async ({ rig, visitor }) => {
  const { daemon, providers } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon);
  await badge(page, 'reviewer-default').waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true });
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });

  await providers[0]?.script(refused);
  await daemon.run('reviewer-default');

  await expect.poll(() => page.title(), { timeout: 10_000 }).toMatch(/^● \(1\) /);
  expect(await page.locator('link[rel=icon]').getAttribute('href')).toContain('data:image/svg+xml');
});

test('a thousand instances are drawn, scrolled, searched and kept up to date', async ({ rig, visitor }) => {
  const types: Record<string, Config> = {};
  for (let type = 0; type < 20; type++)
    types[`type-${type}`] = agentType({ instances: Array.from({ length: 50 }, (_, instance) => `i${instance}`) });
  const { daemon, providers } = await rig.fleet(types);
  const begun = Date.now();
  const page = await visitor.open(daemon);
  await page
    .getByTestId(/^agent-row-/)
    .first()
    .waitFor();
  expect(Date.now() - begun, 'milliseconds to the first row').toBeLessThan(8000);
  // Only what can be seen is in the document.
  expect(await page.getByTestId(/^agent-row-/).count()).toBeLessThan(120);

  await page.getByRole('searchbox').fill('type-19-i49');
  await expect.poll(() => page.getByTestId(/^agent-row-/).count()).toBe(1);
  await row(page, 'type-19-i49').waitFor();
  await page.getByRole('searchbox').fill('');
  await expect.poll(() => page.getByTestId(/^agent-row-/).count()).toBeGreaterThan(10);

  await page.mouse.move(700, 500);
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, 20_000);
        return page.locator('tr[aria-rowindex="1001"]').count();
      },
      { timeout: 15_000, interval: 200 },
    )
    .toBe(1);

  await providers[0]?.script(refused);
  await daemon.run('type-9-i9');
  await expect.poll(() => page.getByRole('button', { name: 'on tier 2: 1' }).count()).toBe(1);
});
