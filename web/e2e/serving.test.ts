import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { row } from './harness/pages';
import { root } from './harness/processes';
import { agentType } from './harness/rig';
import { test } from './harness/test';

const firstLoadBudget = 250_000;

test('pages come with a policy, and are asked for again each time', async ({ rig }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  for (const path of ['/', '/agents', '/agents/reviewer-default?tab=why', '/config', '/settings', '/settings/access', '/settings/audit']) {
    const page = await fetch(daemon.url + path, { headers: { Accept: 'text/html' } });
    expect(page.status, path).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).toMatch(/script-src 'self'(?![^;]*'unsafe-)/);
    expect(policy).not.toContain('unsafe-eval');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('vary')).toMatch(/Accept/);
  }
  const json = await fetch(`${daemon.url}/agents`, { headers: { Accept: 'application/json' } });
  expect(json.headers.get('content-type')).toMatch(/json/);
});

test('the first load of the Agents page is small, compressed and cached forever', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon, { path: '/settings' });
  await page.goto('about:blank');
  const loaded = new Map<string, Record<string, string>>();
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (/^\/assets\//.test(pathname)) loaded.set(pathname, response.headers());
  });
  await page.goto(`${daemon.url}/agents`);
  await row(page, 'reviewer-default').waitFor();

  const sizes = [...loaded.keys(), '/index.html'].map((path) => {
    const bytes = readFileSync(join(root, 'web/dist', path));
    return { path, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  });
  const total = sizes.reduce((sum, { gzip }) => sum + gzip, 0);
  for (const { path, gzip } of sizes.sort((a, b) => b.gzip - a.gzip).slice(0, 5))
    process.stdout.write(`  ${path}: ${(gzip / 1000).toFixed(1)} kB\n`);
  process.stdout.write(
    `first load of the Agents page: ${(total / 1000).toFixed(1)} kB gzip in ${sizes.length} files, budget ${firstLoadBudget / 1000} kB\n`,
  );
  expect(sizes.length).toBeGreaterThan(3);
  expect(total).toBeLessThan(firstLoadBudget);

  for (const [path, headers] of loaded) {
    expect(path).toMatch(/-[\w-]{8}\.(js|css)$/);
    expect(headers['cache-control'], path).toMatch(/max-age=31536000.*immutable/);
    const size = sizes.find((each) => each.path === path)?.bytes ?? 0;
    if (size >= 1024) expect(headers['content-encoding'], path).toMatch(/^(br|gzip)$/);
  }
});

test('the outline is painted before the code is here, and nothing jumps when it comes', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon, { path: '/settings' });
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        if ('value' in entry)
          document.documentElement.dataset['jumped'] = `${Number(document.documentElement.dataset['jumped'] ?? 0) + Number(entry.value)}`;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/assets/*', (route) => held.then(() => route.continue()));
  await page.goto(`${daemon.url}/agents`, { waitUntil: 'commit' });
  await page.getByText('Loading…').waitFor();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Rollouts' }).waitFor();
  release();
  await row(page, 'reviewer-default').waitFor();
  expect(await page.getByText('Loading…').count()).toBe(0);
  expect(Number((await page.locator('html').getAttribute('data-jumped')) ?? 0)).toBeLessThan(0.05);
});

test('code that does not arrive is reported', async ({ rig, visitor }) => {
  const { daemon } = await rig.fleet({ reviewer: agentType() });
  const page = await visitor.open(daemon, { path: '/settings', expected: /ERR_FAILED/ });
  await page.route('**/assets/first-*.js', (route) => route.abort());
  await page.goto(`${daemon.url}/agents`);
  await page.getByText('The dashboard did not arrive whole').waitFor();
});
