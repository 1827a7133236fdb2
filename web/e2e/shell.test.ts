import { describe, expect } from 'vitest';
import { desktop, phone } from './harness/browser';
import { overflow, row } from './harness/pages';
import { agentType, refused } from './harness/rig';
import { test } from './harness/test';

const three = { reviewer: agentType({ instances: ['a', 'b', 'c'] }) };

test('everything works with the keyboard', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(three);
  const page = await visitor.open(daemon);
  await row(page, 'reviewer-a').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));

  await page.keyboard.press('j');
  expect(await focused()).toBe('agent-row-reviewer-a');
  await page.keyboard.press('j');
  expect(await focused()).toBe('agent-row-reviewer-b');
  await page.keyboard.press('k');
  expect(await focused()).toBe('agent-row-reviewer-a');
  await page.keyboard.press('Enter');
  await page.getByTestId('agent-drawer').getByText('reviewer-a').first().waitFor();
  expect(page.url()).toBe(`${daemon.url}/agents/reviewer-a`);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByTestId('agent-drawer').count()).toBe(0);
  expect(page.url()).toBe(`${daemon.url}/agents`);

  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
  await page.keyboard.type('reviewer-c');
  await expect.poll(() => page.getByTestId(/^agent-row-/).count()).toBe(1);
  await page.getByRole('searchbox').blur();

  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' });

  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.getByRole('heading', { level: 1, name: /Config/ }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
});

test('the address says what is shown: a link to a tab, a filter, Back', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(three, [refused, {}]);
  await daemon.run('reviewer-b');
  const page = await visitor.open(daemon, { path: '/agents/reviewer-b?tab=why' });
  await page.getByTestId('agent-drawer').getByRole('tab', { name: 'Why', selected: true }).waitFor();
  await page.getByTestId('agent-drawer').getByRole('tab', { name: 'Provider chain' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('tab')).toBe('chain');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe('/agents');

  await page.getByRole('button', { name: /^on tier 2: 1/ }).click();
  await expect.poll(() => page.getByTestId(/^agent-row-/).count()).toBe(1);
  const filtered = page.url();
  await page.goto(`${daemon.url}/settings`);
  await page.goBack();
  expect(page.url()).toBe(filtered);
  await row(page, 'reviewer-b').waitFor();
  expect(await page.getByTestId(/^agent-row-/).count()).toBe(1);

  await page.goto(`${daemon.url}/agents/nobody`);
  await page.getByText('There is no agent nobody').waitFor();
});

describe('on a phone', () => {
  const onPhone = { viewport: phone, hasTouch: true, isMobile: true };

  test('the burger opens the pages, and no page is wider than the screen', async ({ rig, visitor }) => {
    const { daemon } = await rig.fleet(three, [refused, {}]);
    await daemon.run('reviewer-a');
    const page = await visitor.open(daemon, { context: onPhone });
    await row(page, 'reviewer-a').waitFor();
    for (const name of ['Settings', 'Config', 'Agents']) {
      await page.getByRole('button', { name: 'Open navigation' }).tap();
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).tap();
      await page.getByRole('heading', { level: 1, name }).waitFor();
      expect(await overflow(page), name).toBe(0);
      await expect.poll(() => page.getByRole('button', { name: 'Open navigation' }).isVisible()).toBe(true);
    }
    await row(page, 'reviewer-a').tap();
    for (const tab of ['Provider chain', 'Activity', 'Lifecycle', 'Why', 'Send a task']) {
      await page.getByTestId('agent-drawer').getByRole('tab', { name: tab }).tap();
      await page.getByRole('tab', { name: tab, selected: true }).waitFor();
      expect(await overflow(page), tab).toBe(0);
    }
  });
});

test('the theme and other preferences are remembered', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet(three);
  const page = await visitor.open(daemon, { path: '/settings', context: { viewport: desktop, colorScheme: 'light' } });
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme');
  await expect.poll(scheme).toBe('light');
  await page.getByText('Dark', { exact: true }).click();
  await expect.poll(scheme).toBe('dark');
  await page.reload();
  await expect.poll(scheme).toBe('dark');
});
