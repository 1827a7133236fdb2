import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Agent, Rollout } from '../../src/api/types';
import { end, killAllOf, startListening, understudyd, type Started } from './processes';

/** See daemon/src/scripted_provider/script.hpp. */
export interface Script {
  models?: string[];
  answer?: string;
  usage?: { input_tokens: number; output_tokens: number };
  steps?: { ok?: true; fault?: string; status?: number; seconds?: number; ms?: number; times?: number | 'forever' }[];
}

export const refused: Script = { steps: [{ fault: 'status', status: 401, times: 'forever' }] };

/** A provider of models that follows its script. */
export class Provider {
  private constructor(private readonly started: Started) {}

  static async start(script: Script, directory: string): Promise<Provider> {
    const args = ['scripted-provider', '--listen', '127.0.0.1:0', '--script-json', JSON.stringify(script)];
    return new Provider(await startListening(args, join(directory, 'provider.log')));
  }

  get url(): string {
    return this.started.url;
  }

  async script(script: Script): Promise<void> {
    const answer = await fetch(`${this.url}/_script`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(script),
    });
    expect(answer.status).toBeLessThan(300);
  }

  /** How many messages were asked of it, under its first script and all later ones. */
  async calls(): Promise<number> {
    const answer = await fetch(`${this.url}/_requests`);
    const requests = (await answer.json()) as { path: string }[];
    return requests.filter(({ path }) => path === '/v1/messages').length;
  }

  close(): Promise<void> {
    return end(this.started.process, 'SIGTERM');
  }
}

export type Config = Record<string, unknown>;

/** A type whose instances are processes that run the demo agent. */
export function agentType(
  more: { chain?: string[]; instances?: string[]; failover?: Config; container?: Config; [key: string]: unknown } = {},
): Config {
  const { chain = ['p1/model-one', 'p2/model-two'], instances = ['default'], failover, container, ...rest } = more;
  return {
    provider_chain: chain.map((tier) => ({ provider: tier.split('/')[0], model: tier.split('/')[1] })),
    failover: { cooldown_min: 60, server_error_threshold: 2, ...failover },
    container: { mode: 'process', lazy: true, idle_stop_min: 10, ...container },
    agent: { adapter: 'claude-code', command: [understudyd, 'agent'] },
    instances,
    ...rest,
  };
}

/** `understudyd serve` on a scratch state directory; can be killed and started again on the same port. */
export class Daemon {
  private started: Started | null = null;
  token = '';

  private constructor(
    readonly directory: string,
    readonly stateDir: string,
  ) {}

  static async start(config: Config, directory: string, listen = '127.0.0.1:0'): Promise<Daemon> {
    const daemon = new Daemon(directory, join(directory, 'state'));
    writeFileSync(daemon.configPath, JSON.stringify(config));
    await daemon.launch(listen);
    daemon.token = readFileSync(join(daemon.stateDir, 'operator-token'), 'utf8').trim();
    return daemon;
  }

  get configPath(): string {
    return join(this.directory, 'config.json');
  }

  get url(): string {
    if (this.started === null) throw new Error('the daemon was never started');
    return this.started.url.replace('0.0.0.0', '127.0.0.1');
  }

  /** As printed at the start: the page it opens is signed in as the operator. */
  get signInUrl(): string {
    return `${this.url}/#token=${this.token}`;
  }

  private async launch(listen: string): Promise<void> {
    const args = ['serve', '--config', this.configPath, '--state-dir', this.stateDir, '--listen', listen];
    const env = { PATH: process.env['PATH'], HOME: this.directory };
    this.started = await startListening(args, join(this.directory, 'daemon.log'), env);
  }

  async kill(): Promise<void> {
    if (this.started !== null) await end(this.started.process, 'SIGKILL');
  }

  async startAgain(): Promise<void> {
    await this.launch(new URL(this.url).host);
  }

  async close(): Promise<void> {
    await this.kill();
    killAllOf(this.stateDir);
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async get<T>(path: string): Promise<T> {
    const answer = await this.call('GET', path);
    expect(answer.status, `GET ${path}`).toBe(200);
    return answer.json() as Promise<T>;
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    const answer = await this.call('POST', path, body);
    expect(answer.status, `POST ${path}: ${await answer.clone().text()}`).toBeLessThan(300);
    return answer.json() as Promise<T>;
  }

  agent(name: string): Promise<Agent> {
    return this.get(`/agents/${name}`);
  }

  async submit(agent: string, input = 'do it'): Promise<string> {
    const { rollout_id } = await this.post<Rollout>(`/agents/${agent}/tasks`, { input });
    return rollout_id;
  }

  async finished(rolloutId: string): Promise<Rollout> {
    let rollout = await this.get<Rollout>(`/rollouts/${rolloutId}`);
    await expect
      .poll(async () => (rollout = await this.get<Rollout>(`/rollouts/${rolloutId}`)).status, { timeout: 20_000, interval: 50 })
      .toMatch(/succeeded|failed|cancelled/);
    return rollout;
  }

  /** Submits a task and waits for its end. */
  async run(agent: string, input?: string): Promise<Rollout> {
    return this.finished(await this.submit(agent, input));
  }

  /** Applies another configuration, as the operator. */
  async configure(change: (config: Config) => Config): Promise<void> {
    const before = await this.call('GET', '/config');
    const config = (await before.json()) as Config;
    const answer = await this.call('PUT', '/config', change(config), { 'If-Match': before.headers.get('etag') ?? '' });
    expect(answer.status, await answer.text()).toBeLessThan(300);
  }
}

/** Everything that one test starts, and ends. */
export class Rig {
  readonly directory = mkdtempSync(join(tmpdir(), 'understudy-web-'));
  private readonly open: { close(): Promise<void> }[] = [];

  async provider(script: Script = {}): Promise<Provider> {
    const provider = await Provider.start(script, this.directory);
    this.open.push(provider);
    return provider;
  }

  /** Two providers and the given types: enough for most tests. */
  async fleet(
    types: Record<string, Config>,
    scripts: Script[] = [{}, {}],
    more: Config = {},
  ): Promise<{ daemon: Daemon; providers: Provider[] }> {
    const providers = await Promise.all(scripts.map((script) => this.provider(script)));
    const daemon = await this.daemon({
      providers: Object.fromEntries(
        providers.map(({ url }, index) => [`p${index + 1}`, { base_url: url, api_key: `key-of-p${index + 1}` }]),
      ),
      agent_types: types,
      ...more,
    });
    return { daemon, providers };
  }

  async daemon(config: Config, listen?: string): Promise<Daemon> {
    const daemon = await Daemon.start(config, this.directory, listen);
    this.open.push(daemon);
    return daemon;
  }

  async close(): Promise<void> {
    for (const each of this.open.splice(0).reverse()) await each.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
