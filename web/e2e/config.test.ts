import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { agentType, type Config, type Daemon } from './harness/rig';
import { test } from './harness/test';

const envOf = (daemon: Daemon, instance: string) => readFileSync(join(daemon.stateDir, 'agents', instance, 'env'), 'utf8');
const save = (page: Page) => page.getByTestId('config-save');
const modelOf = (page: Page, tier: number) =>
  page.getByRole('textbox', { name: `Model of tier ${tier}` }).or(page.getByRole('combobox', { name: `Model of tier ${tier}` }));

async function open(page: Page, type: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Parts of the configuration' }).getByRole('button', { name: type }).first().click();
  await page.getByTestId('chain-row-0').waitFor();
}

async function confirm(page: Page): Promise<void> {
  await save(page).click();
  await page.getByRole('dialog', { name: 'Save these changes?' }).getByRole('button', { name: 'Save' }).click();
}

test('another order of the chain, saved in the wizard, is in the environment file of the agent', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  await daemon.run('reviewer-default');
  expect(envOf(daemon, 'reviewer-default')).toMatch(/^ANTHROPIC_MODEL=model-one$/m);
  const page = await visitor.open(daemon, { path: '/config' });
  await open(page, 'reviewer');
  expect(await modelOf(page, 1).inputValue()).toBe('model-one');

  await page.getByRole('button', { name: 'Move down tier 1' }).click();
  expect(await modelOf(page, 1).inputValue()).toBe('model-two');
  await modelOf(page, 1).fill('model-three');
  await modelOf(page, 1).press('Tab');
  await save(page).click();
  const dialog = page.getByRole('dialog', { name: 'Save these changes?' });
  await dialog
    .getByText(/"model-three"/)
    .first()
    .waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();

  await expect
    .poll(async () => (await daemon.agent('reviewer-default')).provider_chain.map(({ model }) => model))
    .toEqual(['model-three', 'model-one']);
  await daemon.run('reviewer-default');
  await daemon.post('/agents/reviewer-default/reset-tier');
  await expect.poll(() => envOf(daemon, 'reviewer-default')).toMatch(/^ANTHROPIC_MODEL=model-three$/m);
  await expect.poll(() => save(page).isDisabled()).toBe(true);
});

test('what is wrong shows as one types, and cannot be saved', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon, { path: '/config' });
  await open(page, 'reviewer');
  await modelOf(page, 2).fill('');
  await page.getByTestId('config-problems').getByText('/agent_types/reviewer/provider_chain/1/model').waitFor();
  expect(await save(page).isDisabled()).toBe(true);

  await modelOf(page, 2).fill('model-one');
  await page
    .getByRole('combobox', { name: 'Provider of tier 2' })
    .or(page.getByRole('textbox', { name: 'Provider of tier 2' }))
    .first()
    .click();
  await page.getByRole('option', { name: 'p1' }).click();
  await page
    .getByTestId('config-problems')
    .getByText(/provider_chain/)
    .first()
    .waitFor();
  expect(await save(page).isDisabled()).toBe(true);

  await modelOf(page, 2).fill('model-six');
  await expect.poll(() => save(page).isEnabled()).toBe(true);
});

test('a change made elsewhere is shown, merged, and both are kept', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType(), writer: agentType() });
  const page = await visitor.open(daemon, { path: '/config', expected: /status of 412/ });
  await open(page, 'reviewer');
  await modelOf(page, 1).fill('model-mine');
  await modelOf(page, 1).press('Tab');
  await expect.poll(() => save(page).isEnabled()).toBe(true);

  await daemon.configure((config) => {
    const types = config['agent_types'] as Record<string, Config>;
    return { ...config, agent_types: { ...types, writer: { ...types['writer'], instances: ['default', 'theirs'] } } };
  });
  await page.getByText('Changed elsewhere').first().waitFor();
  await page.getByRole('button', { name: 'Merge…' }).click();
  await page.getByRole('dialog').getByText('No conflicts').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click();
  await confirm(page);

  await expect.poll(async () => (await daemon.agent('reviewer-default')).provider_chain[0]?.model).toBe('model-mine');
  expect((await daemon.agent('writer-theirs')).type).toBe('writer');
});

test('a new type is made from nothing, with an instance', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon, { path: '/config' });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('scribe');
  await dialog.getByRole('button', { name: /Add|Create/ }).click();
  // The row of the type that was open before looks the same.
  await page.getByRole('heading', { name: 'scribe' }).waitFor();
  await modelOf(page, 1).fill('model-one');
  await modelOf(page, 1).press('Tab');
  await expect.poll(() => save(page).isEnabled()).toBe(true);
  await confirm(page);
  await expect.poll(async () => (await daemon.get<{ type: string }[]>('/agents')).map(({ type }) => type)).toContain('scribe');
});

test('secrets are never shown', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon, { path: '/config' });
  for (const part of ['Providers', 'Whole file']) {
    const button = page.getByRole('navigation', { name: 'Parts of the configuration' }).getByRole('button', { name: part });
    await button.click();
    await expect.poll(() => button.getAttribute('aria-current')).toBe('true');
    await page.getByText('p1').first().waitFor({ state: 'attached' });
    expect(await page.content()).not.toContain('key-of-p1');
  }
});
