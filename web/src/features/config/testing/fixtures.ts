import { http, HttpResponse, type RequestHandler } from 'msw';
import { answer } from '../../../testing/handlers';
import type { Check } from '../configApi';
import type { JsonObject } from '../model/json';

/** As the daemon sends it: secrets masked, keys in the file's order, and one that this page does not know. */
export const configuration: JsonObject = {
  service: { usage_window: '24h', from_the_future: [1, { deep: true }] },
  providers: {
    anthropic: { base_url: 'https://api.anthropic.com', api_key_env: 'ANTHROPIC_API_KEY' },
    deepseek: { base_url: 'https://api.deepseek.com/anthropic', auth_token: '•••' },
    ollama: { base_url: 'http://127.0.0.1:11434', auth_token: '•••' },
    bedrock: { env: { CLAUDE_CODE_USE_BEDROCK: '•••', AWS_REGION: '•••' } },
  },
  agent_types: {
    reviewer: {
      provider_chain: [
        { provider: 'anthropic', model: 'claude-opus-4-7' },
        { provider: 'deepseek', model: 'deepseek-v4-pro' },
      ],
      failover: { cooldown_min: 60, triggers: ['auth_error', 'quota', 'rate_limit', 'server_error'] },
      container: { mode: 'docker', image: 'reviewer:1', mounts: [{ source: '/srv/code', target: '/code' }] },
      agent: { adapter: 'claude-code', env: { GIT_AUTHOR_NAME: '•••' } },
      instances: ['default', 'b'],
    },
    writer: { provider: 'anthropic', model: 'claude-opus-4-7', instances: ['a'] },
  },
  classifier_rules: [{ name: 'our-proxy', contains: 'upstream budget gone', kind: 'quota' }],
};

export const clean: Check = { errors: [], warnings: [] };

export const emptyModel = { path: '/agent_types/reviewer/provider_chain/1/model', reason: 'must not be empty' };
export const negativeThreshold = { path: '/agent_types/reviewer/usage_threshold_tokens', reason: 'must be a positive integer, got -5' };
export const unknownKey = { path: '/service/from_the_future', reason: 'unknown key' };
export const hostWarning = { path: '/agent_types/writer/container/mode', reason: "'host' uses your own login; tier 1 is not 'anthropic'" };

function problem(status: number, title: string, detail: string, errors: Check['errors'] = []) {
  return HttpResponse.json(
    { type: 'about:blank', title, status, detail, errors },
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  );
}

/** A daemon with one document: it checks the version on saving, and can be changed behind the page's back. */
export class FakeDaemon {
  version = 1;
  checked: unknown[] = [];
  saved: unknown[] = [];
  /** Its refusal of the next save. */
  refusal: { status: number; title: string; detail: string; errors?: Check['errors'] } | null = null;
  constructor(
    public document: JsonObject = configuration,
    public verdict: (document: unknown) => Check = () => clean,
  ) {}

  get etag(): string {
    return `"v${this.version}"`;
  }

  becomes(document: JsonObject): void {
    this.document = document;
    this.version++;
  }

  readonly handlers: RequestHandler[] = [
    http.get('*/config', () => HttpResponse.json(this.document, { headers: { ETag: this.etag } })),
    http.post('*/config/check', async ({ request }) => {
      const sent = (await request.json()) ?? null;
      this.checked.push(sent);
      return HttpResponse.json(this.verdict(sent));
    }),
    http.put<never, JsonObject>('*/config', async ({ request }) => {
      if (this.refusal !== null) return problem(this.refusal.status, this.refusal.title, this.refusal.detail, this.refusal.errors);
      if (request.headers.get('If-Match') !== this.etag)
        return problem(412, 'Precondition Failed', 'The configuration was changed by somebody else in the meantime; get it again.');
      const sent = await request.json();
      this.saved.push(sent);
      this.becomes(sent);
      return HttpResponse.json(this.document, { headers: { ETag: this.etag } });
    }),
    answer('get', '/agents/models', { models: ['claude-opus-4-7', 'claude-sonnet-4-6'] }),
  ];
}
