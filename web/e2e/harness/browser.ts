import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Daemon } from './rig';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Each launch has its own profile. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: flags });
}

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export interface Visit {
  /** Where to go; by default the Agents page. */
  path?: string;
  /** As the operator (default), or as anyone. */
  signedIn?: boolean;
  /** Signed in with this token instead of the operator's. */
  token?: string;
  /** What may appear in the console: a refused call is an error there. */
  expected?: RegExp;
  context?: BrowserContextOptions;
}

/** Runs in every page before its own code; what the page has since done to its session is kept. */
function keepOnce({ origin, secret }: { origin: string; secret: string }): void {
  if (location.origin !== origin || sessionStorage.getItem('e2e.session') !== null) return;
  sessionStorage.setItem('e2e.session', 'given');
  localStorage.setItem('understudy.session', secret);
}

interface Session {
  cookie: { name: string; value: string };
  secret: string;
}

/** What a browser would hold after the sign-in. */
export async function session(daemon: Daemon, token = daemon.token): Promise<Session> {
  const answer = await fetch(`${daemon.url}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: daemon.url },
    body: JSON.stringify({ token }),
  });
  expect(answer.status).toBe(200);
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? [];
  const { secret } = (await answer.json()) as { secret: string };
  return { cookie: { name, value }, secret };
}

/** Opens pages, and records what no page may do: call another origin, throw, write errors to the console. */
export class Visitor {
  private readonly complaints: string[] = [];
  private readonly closing: (() => Promise<void>)[] = [];

  constructor(private readonly browser: Browser) {}

  async open(daemon: Daemon, { path = '/agents', signedIn = true, token, expected, context: options }: Visit = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: desktop,
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      ...options,
    });
    this.closing.push(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    this.watch(page, daemon, expected);
    if (signedIn) {
      const { cookie, secret } = await session(daemon, token);
      await context.addCookies([{ ...cookie, url: daemon.url }]);
      await context.addInitScript(keepOnce, { origin: daemon.url, secret });
    }
    await page.goto(daemon.url + path);
    return page;
  }

  private watch(page: Page, daemon: Daemon, expected: RegExp | undefined): void {
    const complain = (text: string) => {
      if (expected?.test(text) !== true) this.complaints.push(text);
    };
    const { origin } = new URL(daemon.url);
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && url.protocol !== 'data:' && url.protocol !== 'blob:')
        this.complaints.push(`asks another origin: ${url.href}`);
    });
    page.on('pageerror', (error) => complain(`throws: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complain(`console: ${message.text()} (${message.location().url})`);
    });
  }

  async close(): Promise<void> {
    for (const close of this.closing) await close();
    expect(this.complaints).toEqual([]);
  }
}
