import { expect } from 'vitest';
import { agentType } from './harness/rig';
import { emptyStore } from './harness/store';
import { test } from './harness/test';

const completion = (said: string) => ({
  'gen_ai.request.model': 'qwen3-4b',
  'gen_ai.usage.input_tokens': 800,
  'gen_ai.usage.output_tokens': 60,
  'gen_ai.prompt.0.role': 'user',
  'gen_ai.prompt.0.content': 'What is 6 × 7?',
  'gen_ai.completion.0.role': 'assistant',
  'gen_ai.completion.0.content': said,
  prompt_token_ids: [1, 2, 3],
  response_token_ids: [4, 5],
});

test('spans as waterfall, tree, table and conversation, searched down to their attributes', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  const taken = await store.begin('runner-1');
  await store.spans(taken, [
    { span_id: 'aaaa000000000001', name: 'agent.run', start_time: 1000, end_time: 1010 },
    {
      span_id: 'aaaa000000000002',
      name: 'openai.chat',
      parent_id: 'aaaa000000000001',
      start_time: 1000,
      end_time: 1005,
      attributes: completion('It is 42.'),
    },
    {
      span_id: 'aaaa000000000003',
      name: 'tool.calculator',
      parent_id: 'aaaa000000000002',
      start_time: 1005,
      end_time: 1006,
      status: { status_code: 'ERROR', description: 'no such tool' },
      attributes: { note: 'a needle here' },
    },
    { span_id: 'aaaa000000000004', name: 'lost.child', parent_id: 'ffff000000000009' },
    {
      span_id: 'aaaa000000000005',
      name: 'agentlightning.annotation',
      parent_id: 'aaaa000000000001',
      start_time: 1009,
      end_time: 1009,
      attributes: { 'agentlightning.reward.0.value': 0.75 },
    },
  ]);
  const page = await visitor.open(store.daemon, { path: `/traces?rollout=${taken.rollout_id}` });
  const line = (id: string) => page.getByTestId(`span-aaaa00000000000${id}`);
  const show = (view: string) => page.getByRole('radiogroup', { name: 'View' }).getByText(view, { exact: true }).click();

  await page.getByRole('tree', { name: 'Waterfall' }).waitFor();
  await page.getByText('1 LLM call · 800 tokens in, 60 out · token ids with 1 · reward 0.75').waitFor();
  expect(await line('3').getAttribute('aria-level')).toBe('3');
  expect(await line('4').getByText('parent missing').isVisible()).toBe(true);
  const whole = await line('1').locator('[style*=width]').last().boundingBox();
  const half = await line('2').locator('[style*=width]').last().boundingBox();
  expect((half?.width ?? 0) / (whole?.width ?? 1)).toBeCloseTo(0.5, 1);

  await show('Tree');
  await line('2').getByText('800 in · 60 out').waitFor();
  await line('5').getByText('reward 0.75').waitFor();
  await page.getByRole('button', { name: 'close openai.chat' }).click();
  await line('3').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'open openai.chat' }).click();

  const search = page.getByLabel('Search spans and attributes');
  await search.fill('needle');
  await line('5').waitFor({ state: 'detached' });
  // Its ancestors stay, so that it is not called an orphan.
  expect(await line('3').getByText('parent missing').count()).toBe(0);
  expect(await line('1').isVisible()).toBe(true);

  await show('Table');
  const table = page.getByRole('table', { name: 'Spans' });
  await expect.poll(() => table.getByRole('row').count()).toBe(2);
  await table.getByText('tool.calculator').waitFor();
  await search.fill('');
  await expect.poll(() => table.getByRole('row').count()).toBe(6);
  const columns = {
    Name: 'name',
    'Seq.': 'sequence_id',
    Trace: 'trace_id',
    Span: 'span_id',
    Parent: 'parent_id',
    Status: 'status_code',
    End: 'end_time',
    Duration: 'duration',
  };
  for (const [head, key] of Object.entries(columns)) {
    const answered = page.waitForResponse(
      (response) => response.url().includes(`/v1/agl/spans?`) && response.url().includes(`sort_by=${key}&`),
    );
    await table.getByRole('columnheader', { name: head }).getByRole('button').click();
    expect((await answered).status(), head).toBe(200);
  }
  await table.getByRole('button', { name: /^find parent ffff000000000009, .* missing$/ }).waitFor();

  await show('Chat');
  const said = page.getByRole('article', { name: 'openai.chat' });
  await said.getByText('It is 42.').waitFor();
  await said.getByText(/qwen3-4b · 800 in · 60 out · token ids 3 \+ 2/).waitFor();
  await said.getByRole('button', { name: 'openai.chat' }).click();
  await page.getByTestId('span-drawer').getByRole('table', { name: 'Attributes' }).getByText('[1,2,3]').waitFor();

  // Live: new rows appear.
  await page.goto(`${store.daemon.url}/traces?rollout=${taken.rollout_id}`);
  await line('1').waitFor();
  await store.spans(taken, [{ span_id: 'aaaa000000000006', name: 'late', sequence_id: 6 }]);
  await store.end(taken, 'succeeded');
  await line('6').waitFor();
});

test("an agent's task leads from its row to its spans and its transcript", async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const { rollout_id } = await daemon.run('reviewer-default', 'Review it.');
  const page = await visitor.open(daemon, { path: '/rollouts', expected: /status of 416/ });
  await page.getByRole('link', { name: `traces of ${rollout_id}` }).click();
  await page.getByRole('tree', { name: 'Waterfall' }).getByRole('treeitem').first().waitFor();
  await page.getByText(/^\d+ LLM calls? · /).waitFor();
  await page.getByRole('button', { name: 'Transcript' }).click();
  await page.getByTestId('transcript-drawer').waitFor();
  expect(page.url()).toContain(`transcript=${rollout_id}/at-`);
});

test('resources: every version as a tree, what changed between two, and secrets only when asked for', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  const llm = (temperature: number, key: string) => ({
    main: {
      resource_type: 'llm' as const,
      endpoint: 'http://10.0.0.8/v1',
      model: 'qwen3',
      api_key: key,
      sampling_parameters: { temperature, seed: 7 },
    },
  });
  const { resources_id: id } = await store.resources(llm(0.7, 'sk-first'));
  await store.resources(llm(0.2, 'sk-second'), id);
  await store.resources({ other: { resource_type: 'prompt_template', template: 'x', engine: 'jinja' } });
  const page = await visitor.open(store.daemon, { path: '/resources' });
  const list = page.getByRole('table', { name: 'Resources', exact: true });
  await list.getByRole('button', { name: `open ${id}` }).click();
  expect(page.url()).toContain(`/resources/${id}`);
  const tree = page.getByRole('treegrid', { name: `Version 2 of ${id}` });
  await tree.getByText('0.2', { exact: true }).waitFor();
  expect(await page.content()).not.toContain('sk-second');
  await tree.getByRole('button', { name: 'show main.api_key' }).click();
  await tree.getByText('sk-second').waitFor();
  await tree.getByRole('button', { name: 'close main.sampling_parameters' }).click();
  await tree.getByText('2 entries').waitFor();

  await page
    .getByRole('textbox', { name: 'Compare with' })
    .or(page.getByRole('combobox', { name: 'Compare with' }))
    .first()
    .click();
  await page.getByRole('option', { name: /^version 1/ }).click();
  const diff = page.getByRole('table', { name: 'From version 1 to 2' });
  await expect
    .poll(() => diff.getByRole('row').allInnerTexts())
    .toEqual([
      expect.stringContaining('version 1'),
      expect.stringMatching(/^main\.api_key\s+•+\s+•+$/),
      expect.stringMatching(/^main\.sampling_parameters\.temperature\s+0\.7\s+0\.2$/),
    ]);
  await page.reload();
  await tree.waitFor();
});

test('runners: the status of each, its machine, its rollout, and who has gone silent', async ({ rig, visitor }) => {
  const store = await emptyStore(rig);
  const { rollout_id } = await store.begin('runner-busy');
  await store.heartbeat('runner-busy', { cpu_usage_pct: 43.5, mem_pct: 91, gpus: [{ util_pct: 70 }], host: 'a' });
  const page = await visitor.open(store.daemon, { path: '/runners' });
  const busy = page.getByTestId('runner-row-runner-busy');
  await busy.getByText('busy', { exact: true }).waitFor();
  for (const gauge of ['CPU 44 %', 'memory 91 %', 'GPU 70 %']) await busy.getByRole('img', { name: gauge }).waitFor();

  // Live: another one calls.
  await store.begin('runner-new');
  await store.heartbeat('runner-new', {});
  const fresh = page.getByTestId('runner-row-runner-new');
  await fresh.waitFor();
  await page.getByText('No runner has gone silent.').waitFor();

  await page.clock.setFixedTime(Date.now() + 300_000);
  await page.reload();
  await page.getByText('✕ 2 of 2 gone silent').waitFor();
  await busy.getByText('stale, was busy').waitFor();

  await busy.getByRole('link').click();
  await page.getByTestId(`rollout-row-${rollout_id}`).waitFor();
  expect(await page.getByTestId(/^rollout-row-/).count()).toBe(1);
});
