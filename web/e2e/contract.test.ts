import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ApiDocument, isObject } from './harness/document';
import { root } from './harness/processes';
import { agentType, refused, type Daemon } from './harness/rig';
import { test } from './harness/test';

const web = resolve(root, 'web');
const document = new ApiDocument();

it('the types are those of the document', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-types-'));
  try {
    const made = join(scratch, 'schema.ts');
    execFileSync(join(web, 'node_modules/.bin/openapi-typescript'), ['../docs/openapi.yaml', '--output', made], {
      cwd: web,
      stdio: 'pipe',
    });
    expect(
      readFileSync(join(web, 'src/api/schema.ts'), 'utf8') === readFileSync(made, 'utf8'),
      'run `npm run types` and look at what changed',
    ).toBe(true);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});

/** Each `path: …` of a request in the source, with `{}` for what is filled in. */
function askedPaths(): string[] {
  const found = new Set<string>();
  for (const file of readdirSync(join(web, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file) || /\.(test|stories)\.|testing\/|fixtures/.test(file)) continue;
    const text = readFileSync(join(web, 'src', file), 'utf8');
    const calls = file.endsWith('Api.ts') ? /\bpath: (?:`(\/[^`]*)`|'(\/[^']*)')/g : /backendFetch\(\w+, (?:`(\/[^`]*)`|'(\/[^']*)')/g;
    for (const [, template, plain = template ?? ''] of text.matchAll(calls))
      found.add(plain.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '{}').replace(/\?.*/, ''));
    for (const [, leaf = ''] of text.matchAll(/pathOf\(name, '([^']+)'/g)) found.add(`/agents/{}/${leaf}`);
  }
  return [...found].sort();
}

it('every path that the dashboard asks is in the document', () => {
  const asked = askedPaths();
  expect(asked.length).toBeGreaterThan(15);
  const known = document.paths.map((path) => path.replace(/\{[^}]*\}/g, '{}'));
  // `/${kind}/{}/tasks` and `/agents/{}/${action}`: any that fits.
  const fits = (path: string) => known.some((each) => new RegExp(`^${path.split('{}').map(escape).join('[^/]+')}$`).test(each));
  expect(asked.filter((path) => !fits(path))).toEqual([]);
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

async function expectAsDocumented(daemon: Daemon, path: string, url: string, status = 200): Promise<void> {
  const answer = await daemon.call('GET', url);
  const text = await answer.text();
  expect(answer.status, `${url}: ${text}`).toBe(status);
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const contents = document.contents('GET', path, status);
  expect(Object.keys(contents), url).toContain(type);
  const content = contents[type];
  if (!type.endsWith('json') || !isObject(content)) return;
  expect(document.differences(content['schema'] ?? {}, JSON.parse(text)), url).toEqual([]);
}

describe('the daemon answers as the document says', () => {
  // How to call those that take arguments; a new GET in the document needs a line here.
  const queries: Record<string, string> = {
    '/agents/models': '?provider=p2',
    '/agents/{name}/provider-events': '?since=0',
    '/agents/{name}/lifecycle-events': '?since=0',
    '/event-log': '?after=0&limit=1000',
  };
  const apart = ['/events', '/rollouts/{id}/attempts/{aid}/transcript'];

  test('every GET, after a failover, a pause and an idle stop', async ({ rig }) => {
    const { daemon } = await rig.fleet(
      {
        reviewer: agentType({ container: { idle_stop_min: 0.005, min_up_s: 0 }, usage_threshold_tokens: 1000 }),
        hot: agentType({ chain: ['p2/model-two'], failover: {}, container: { lazy: false } }),
      },
      [refused, { models: ['model-two'] }],
    );
    const { rollout_id: id } = await daemon.run('reviewer-default');
    await daemon.post('/agents/hot-default/pause');
    await expect.poll(async () => (await daemon.agent('reviewer-default')).state.lifecycle_state, { timeout: 20_000 }).toBe('stopped');
    const [{ attempt_id } = { attempt_id: '' }] = await daemon.get<{ attempt_id: string }[]>(`/rollouts/${id}/attempts`);

    const made = await daemon.post('/v1/agl/resources', { main: { resource_type: 'llm', endpoint: 'http://127.0.0.1:9', model: 'm' } });
    const resourcesId = isObject(made) ? String(made['resources_id']) : '';
    await daemon.post('/v1/agl/workers/runner-1', { heartbeat_stats: { cpu_usage_pct: 1.5 } });
    const idFor = (path: string) => (path.includes('/resources/') ? resourcesId : path.includes('/workers/') ? 'runner-1' : id);

    const paths = document.paths.filter((each) => document.pathFor('GET', each) === each && !apart.includes(each));
    expect(paths.length).toBeGreaterThan(12);
    for (const path of paths) {
      for (const name of path.includes('{name}') ? ['reviewer-default', 'hot-default'] : ['']) {
        const filled = path.replace('{name}', name).replace('{id}', idFor(path)).replace('{aid}', attempt_id);
        const query = path.endsWith('/spans') ? `?rollout_id=${id}` : (queries[path] ?? '');
        await expectAsDocumented(daemon, path, filled + query);
      }
    }
    await expectAsDocumented(daemon, '/agents/{name}', '/agents/nobody', 404);

    const spool = await daemon.call('GET', `/rollouts/${id}/attempts/${attempt_id}/transcript`, undefined, { Range: 'bytes=0-9' });
    expect([spool.status, spool.headers.get('content-type'), (await spool.text()).length]).toEqual([206, 'application/x-ndjson', 10]);
  });

  test('each event of the stream', async ({ rig }) => {
    const { daemon } = await rig.fleet({ reviewer: agentType() }, [refused, {}]);
    await daemon.run('reviewer-default');
    const stop = new AbortController();
    const stream = await fetch(`${daemon.url}/events?after=0`, {
      headers: { Authorization: `Bearer ${daemon.token}` },
      signal: stop.signal,
    });
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    let text = '';
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
      text += piece.value;
      if (text.includes('rollout.finished')) break;
    }
    stop.abort();
    const events = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data = '']): unknown => JSON.parse(data));
    expect(events.length).toBeGreaterThan(4);
    for (const event of events) expect(document.differences({ $ref: '#/components/schemas/Envelope' }, event)).toEqual([]);
  });
});
