import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { emptyStore, type NewRollout, type Store } from './harness/store';
import { test } from './harness/test';

const cutOff = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/;

const rows = (page: Page) => page.getByTestId(/^rollout-row-/);

function shownIds(page: Page): Promise<string[]> {
  return rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('data-testid')?.slice('rollout-row-'.length) ?? ''));
}

/** The page shows these, in this order. */
async function showsIds(page: Page, ids: string[], why: string): Promise<void> {
  await expect.poll(() => shownIds(page), { message: why }).toEqual(ids);
}

/** Rollouts in every status but `cancelled`, with and without whatever a column shows. */
async function mixed(store: Store, count: number): Promise<void> {
  const modes = ['train', 'val', 'test', null] as const;
  const { resources_id } = await store.resources({ main: { resource_type: 'prompt_template', template: 'x', engine: 'jinja' } });
  const make = (index: number): NewRollout => ({
    input: { prompt: `Solve number ${index}, and say how you found it.` },
    mode: modes[index % 4] ?? null,
    resources_id: index % 3 === 0 ? resources_id : null,
    metadata: { split: index % 2 === 0 ? 'a' : 'b' },
    config: { max_attempts: 2, retry_condition: ['timeout'] },
  });
  await store.enqueue(...Array.from({ length: count }, (_, index) => make(index)));
  const ends = ['succeeded', 'failed', 'timeout', 'running', null] as const;
  for (const [index, end] of [...ends, ...ends].entries()) {
    const [taken] = await store.take(`runner-${index % 4}`);
    if (taken !== undefined && end !== null) await store.end(taken, end);
  }
}

test('a hundred a page, sorted by the server on every column that has an order', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  await mixed(store, 130);
  const page = await visitor.open(store.daemon, { path: '/rollouts' });
  await expect.poll(() => rows(page).count()).toBe(100);
  await page.getByText('1–100 of 130').waitFor();
  await showsIds(page, await store.ids('sort_by=start_time&sort_order=desc'), 'the newest first');

  const columns = {
    Rollout: 'rollout_id',
    Attempt: 'attempt_id',
    Status: 'status',
    Resources: 'resources_id',
    Mode: 'mode',
    Duration: 'duration',
    'Last heartbeat': 'last_heartbeat_time',
    Worker: 'worker_id',
    Start: 'start_time',
  };
  const table = page.getByRole('table', { name: 'Rollouts' });
  for (const [label, key] of Object.entries(columns)) {
    const head = table
      .getByRole('columnheader', { name: label, exact: true })
      .or(table.getByRole('columnheader', { name: new RegExp(`^${label} [▴▾]$`) }));
    for (const order of key === 'start_time' ? ['desc', 'asc'] : key === 'worker_id' ? ['asc', 'desc'] : ['asc']) {
      // The page came with the newest first, and still has them.
      const isKnown = key === 'start_time' && order === 'desc';
      const answered = isKnown ? null : page.waitForResponse((response) => response.url().includes(`sort_by=${key}&sort_order=${order}`));
      await head.getByRole('button').click();
      if (answered !== null) expect((await answered).status(), `${key} ${order}`).toBe(200);
      await showsIds(page, await store.ids(`sort_by=${key}&sort_order=${order}`), `${key} ${order}`);
      expect(await head.getAttribute('aria-sort')).toBe(order === 'asc' ? 'ascending' : 'descending');
    }
  }
  await page.getByRole('button', { name: 'next page' }).click();
  await page.getByText('101–130 of 130').waitFor();
  await showsIds(page, await store.ids('sort_by=start_time&sort_order=asc&offset=100'), 'the second page');
});

test('a row shows every column, and opens its older attempts', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  const retried: NewRollout = {
    input: { question: 'A long question that does not fit into thirty-five characters' },
    config: { max_attempts: 3, retry_condition: ['timeout', 'failed'] },
  };
  const live = await store.begin('runner-3', { input: 'short', mode: 'train' });
  const first = await store.begin('runner-1', retried);
  await store.end(first, 'failed');
  const [second] = await store.take('runner-2');
  if (second === undefined) throw new Error('it was not queued again');
  await store.end(second, 'timeout');
  const page = await visitor.open(store.daemon, { path: '/settings' });
  await page.clock.setFixedTime((live.start_time + 5415) * 1000 + 400);
  await page.goto(`${store.daemon.url}/rollouts`);
  const cells = async (id: string) => page.getByTestId(`rollout-row-${id}`).getByRole('cell').allInnerTexts();
  await page.getByTestId(`rollout-row-${live.rollout_id}`).waitFor();
  expect((await cells(live.rollout_id))[8]).toBe('1h 30m 15s');

  const row = page.getByTestId(`rollout-row-${first.rollout_id}`);
  const [, , attempt, input, status] = await cells(first.rollout_id);
  expect(attempt).toContain('⟳');
  expect(input?.length).toBeLessThanOrEqual(35);
  expect(input).toMatch(/^\{"question":"A long question .*…$/);
  expect(status?.replace(/\s+/g, ' ')).toMatch(/requeuing.*timeout/);
  expect(await row.getByRole('link', { name: `traces of ${first.rollout_id}` }).getAttribute('href')).toContain(
    `/traces?rollout=${first.rollout_id}&attempt=`,
  );
  await row.getByRole('button', { name: /^show older attempts/ }).click();
  await page.getByRole('button', { name: `copy attempt id ${first.attempt.attempt_id}` }).waitFor();

  // The store has no call for one attempt: its JSON comes out of the list, unaltered.
  await page.getByRole('button', { name: `raw JSON of ${first.attempt.attempt_id}` }).click();
  const json = await page.getByTestId('json-drawer').getByLabel('raw JSON').innerText();
  expect(JSON.parse(json)).toMatchObject({ attempt_id: first.attempt.attempt_id, status: 'failed' });
});

test('filters are in the address: reload and Back keep them', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  await mixed(store, 24);
  const page = await visitor.open(store.daemon, { path: '/rollouts' });
  await expect.poll(() => rows(page).count()).toBe(24);

  const steps: [filter: () => Promise<void>, query: string][] = [
    [
      () =>
        page
          .getByRole('region', { name: 'Overview' })
          .getByRole('button', { name: /succeeded/ })
          .click(),
      'status_in=succeeded',
    ],
    [() => choose(page, 'Mode', 'train'), 'mode_in=train'],
    [() => fill(page, 'Metadata', 'split=b'), 'metadata.split=b'],
    [() => page.getByLabel('Started since').fill('2020-01-01T00:00'), 'since=1577836800'],
    [() => page.getByLabel('Started before').fill('2020-01-01T00:00'), 'until=1577836800'],
  ];
  for (const [filter, query] of steps) {
    await filter();
    const wanted = await store.ids(`sort_by=start_time&sort_order=desc&${query}`);
    expect(query.startsWith('until') ? 1 : wanted.length, query).toBeGreaterThan(0);
    await showsIds(page, wanted, query);
    const clear = page.getByRole('button', { name: 'Clear filters' }).first();
    await clear.click();
    await expect.poll(() => rows(page).count()).toBe(24);
  }

  const [id = ''] = await store.ids('sort_by=start_time&status_in=failed');
  await fill(page, 'Search by rollout id', id.slice(7));
  await showsIds(page, [id], 'search by id');
  const address = page.url();
  await page.reload();
  await showsIds(page, [id], 'after a reload');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runners' }).click();
  await page.getByRole('heading', { name: 'Runners' }).waitFor();
  await page.goBack();
  await showsIds(page, [id], 'after Back');
  expect(page.url()).toBe(address);
  expect(await page.getByLabel('Search by rollout id').inputValue()).toBe(id.slice(7));
});

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page
    .getByRole('textbox', { name: label })
    .or(page.getByRole('combobox', { name: label }))
    .first()
    .click();
  await page.getByRole('option', { name: option }).click();
  await page.keyboard.press('Escape');
}

async function fill(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label).fill(text);
  await page.getByLabel(label).press('Enter');
}

test('what the API does shows without a reload, in the rows and above them', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  const page = await visitor.open(store.daemon, { path: '/rollouts' });
  await page.getByText('No rollouts yet').waitFor();
  expect(await page.getByText(/^curl/).innerText()).toContain(`${store.daemon.url}/v1/agl/queues/rollouts/enqueue`);

  const { rollout_id } = await store.enqueueOne({ input: 'live' });
  const row = page.getByTestId(`rollout-row-${rollout_id}`);
  await row.getByText('queuing').waitFor();
  const overview = page.getByRole('region', { name: 'Overview' });
  await overview.getByText(/^1 wait for a worker, the first for \d+s$/).waitFor();

  const [taken] = await store.take('runner-1');
  if (taken === undefined) throw new Error('nothing waited');
  await row.getByText('preparing').waitFor();
  await store.end(taken, 'succeeded');
  await row.getByText('succeeded').waitFor();
  await overview.getByText('last hour: 1 finished · 100 % succeeded').waitFor();
  await overview.getByText('nothing waits for a worker').waitFor();
});

test('many are cancelled and queued again at once, with progress', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  await store.enqueue(...Array.from({ length: 30 }, (_, index) => ({ input: index })));
  const page = await visitor.open(store.daemon, { path: '/rollouts' });
  await expect.poll(() => rows(page).count()).toBe(30);
  for (const [button, past, status] of [
    ['Cancel', 'cancelled', 'cancelled'],
    ['Requeue', 'requeued', 'queuing'],
  ] as const) {
    await page.getByLabel('select all on this page').click();
    const bar = page.getByRole('region', { name: 'Selected rollouts' });
    const progress = bar.getByText(/^\d+ of 30$/).waitFor();
    await bar.getByRole('button', { name: button, exact: true }).click();
    await progress;
    await page.getByText(`30 ${past}`).waitFor();
    expect(await store.ids(`status_in=${status}`)).toHaveLength(30);
    await expect.poll(() => rows(page).getByText(status).count()).toBe(30);
  }
});

test('an export holds every rollout that matches, as the store sent it', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  await store.enqueue(...Array.from({ length: 1200 }, (_, index) => ({ input: index, metadata: { kind: 'plain' } })));
  await store.enqueueText(
    '{"rollouts":[{"input":{"z":1.0,"a":123456789012345678901},"metadata":{"kind":"odd"}},{"input":"=1+1, \\"x\\"","metadata":{"kind":"odd"}}]}',
  );
  const page = await visitor.open(store.daemon, { path: '/rollouts' });
  const save = async (format: string) => {
    await page.getByRole('button', { name: 'Export' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: format }).click();
    return readFile(await (await download).path(), 'utf8');
  };
  const lines = (await save('JSON lines')).trimEnd().split('\n');
  expect(lines).toHaveLength(1202);
  const all = await store.text('/v1/agl/rollouts?limit=2000&sort_by=start_time&sort_order=desc');
  expect(all).toContain(`"items":[${lines.join(',')}]`);

  await fill(page, 'Metadata', 'kind=odd');
  await expect.poll(() => rows(page).count()).toBe(2);
  const csv = (await save('CSV')).trimEnd().split('\r\n');
  expect(csv[0]).toMatch(/^rollout_id,status,/);
  expect(csv).toHaveLength(3);
  expect(csv.join('\n')).toContain('"{""z"":1.0,""a"":123456789012345678901}"');
  expect(csv.join('\n')).toContain(`"'=1+1, ""x"""`);
});

test("raw JSON is the user's own to the last byte, also when the daemon is gone", async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  const input = '{"zeta":1.0,"big":123456789012345678901234567890,"alpha":-0.0,"a":1e3,"text":"a  b\\n\\"c\\" \\u20ac"}';
  const opened = await store.enqueueText(`{"rollouts":[{"input":${input},"metadata":{"z":1.50}}]}`);
  const later = await store.enqueueText('{"rollouts":[{"input":{"later":98765432109876543210.0}}]}');
  const context = { permissions: ['clipboard-read', 'clipboard-write'] };
  const page = await visitor.open(store.daemon, { path: '/rollouts', expected: cutOff, context });
  const bytes = await store.text(`/v1/agl/rollouts/${opened}`);
  expect(bytes).toContain('"big":123456789012345678901234567890');

  await page.getByRole('button', { name: `raw JSON of ${opened}` }).click();
  const drawer = page.getByTestId('json-drawer');
  const shown = await drawer.getByLabel('raw JSON').innerText();
  // Indented: the same except for the white space between the values.
  expect(shown.replaceAll(/\n\s*/g, '').replaceAll(/("(?:[^"\\]|\\.)*"): /g, '$1:')).toBe(bytes);
  await drawer.getByRole('button', { name: 'Copy' }).click();
  await drawer.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(bytes);
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });

  await store.daemon.kill();
  await page.getByRole('button', { name: `raw JSON of ${later}` }).click();
  await drawer.getByText('98765432109876543210.0').waitFor();
  await drawer.getByText(/^No answer from/).waitFor();
});
