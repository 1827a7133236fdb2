import { http, HttpResponse, type RequestHandler } from 'msw';
import type { Attempt, Rollout } from '../../../api/types';
import { now } from '../../../testing/fixtures';
import { answer, refuse } from '../../../testing/handlers';

const base = now / 1000;
export const rolloutId = 'ro-41f7c2e9ab03';
const path = '/rollouts/{id}/attempts/{aid}/transcript';

export function attempt(sequence: number, over: Partial<Attempt> = {}): Attempt {
  return {
    rollout_id: rolloutId,
    attempt_id: `at-0000000${sequence}`,
    sequence_id: sequence,
    start_time: base - 120,
    end_time: base - 85,
    status: 'succeeded',
    worker_id: 'reviewer-default',
    last_heartbeat_time: base - 85,
    metadata: {
      tier: 1,
      provider: 'anthropic',
      model: 'claude-opus-4-7',
      verdict: { kind: 'success', failover: false, rule: 'result-success', evidence: '' },
      input_tokens: 86_500,
      output_tokens: 480,
      output: 'It never stops.',
    },
    ...over,
  };
}

export const running = attempt(1, {
  status: 'running',
  end_time: null,
  metadata: { tier: 1, provider: 'anthropic', model: 'claude-opus-4-7' },
});

export const overloadedAttempt = attempt(1, {
  status: 'failed',
  metadata: {
    tier: 1,
    provider: 'anthropic',
    model: 'claude-opus-4-7',
    verdict: { kind: 'server_error', failover: true, rule: 'overloaded', evidence: 'API Error: 529 Overloaded', retry_after_s: 90 },
    input_tokens: 0,
    output_tokens: 0,
  },
});

export const onTierTwo = attempt(2, { metadata: { tier: 2, provider: 'deepseek', model: 'deepseek-v4-pro' } });

export const notStarted = attempt(1, {
  status: 'failed',
  metadata: { tier: 1, provider: 'anthropic', model: 'claude-opus-4-7', error: 'No such image: reviewer:9' },
});

export function rollout(over: Partial<Rollout> = {}): Rollout {
  return {
    rollout_id: rolloutId,
    input: 'Review the retry loop of the client, and say what may go wrong when the provider is slow.\nName the lines.',
    start_time: base - 120,
    end_time: base - 85,
    mode: null,
    resources_id: null,
    status: 'succeeded',
    config: { max_attempts: 1 },
    metadata: { agent_type: 'reviewer' },
    ...over,
  };
}

/** A file on the daemon that may grow; it answers ranges as the daemon does. */
export class Spool {
  #text: () => string;
  #known: Uint8Array<ArrayBuffer> | null = null;
  asked: string[] = [];

  /** A large one is made on request. */
  constructor(text: string | (() => string)) {
    this.#text = typeof text === 'string' ? () => text : text;
  }

  get #bytes(): Uint8Array<ArrayBuffer> {
    return (this.#known ??= new TextEncoder().encode(this.#text()));
  }

  write(text: string): void {
    this.#known = new TextEncoder().encode(new TextDecoder().decode(this.#bytes) + text);
  }

  readonly handler = http.get('*/rollouts/:id/attempts/:aid/transcript', ({ request }) => {
    const range = request.headers.get('Range') ?? '';
    this.asked.push(range);
    const total = this.#bytes.length;
    const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
    const from = first === '' ? Math.max(0, total - Number(last)) : Number(first);
    const until = first === '' || last === '' ? total : Math.min(total, Number(last) + 1);
    if (total === 0) return new HttpResponse('', { headers: { 'Content-Type': 'application/x-ndjson' } });
    if (from >= until) {
      const problem = { type: 'about:blank', title: 'Range Not Satisfiable', status: 416, detail: `The file has ${total} bytes.` };
      return HttpResponse.json(problem, { status: 416, headers: { 'Content-Range': `bytes */${total}` } });
    }
    return HttpResponse.arrayBuffer(this.#bytes.slice(from, until).buffer, {
      status: 206,
      headers: { 'Content-Type': 'application/x-ndjson', 'Content-Range': `bytes ${from}-${until - 1}/${total}` },
    });
  });
}

export function refuseTranscript(status: number, title: string, detail: string): RequestHandler {
  return refuse('get', path, status, title, detail);
}

interface World {
  rollout?: Rollout;
  attempts?: Attempt[];
  /** The transcript of every attempt, or a function that answers for it. */
  spool?: string | RequestHandler;
}

export function world({ rollout: known = rollout(), attempts = [attempt(1)], spool = '' }: World): RequestHandler[] {
  return [
    answer('get', '/rollouts/{id}', known),
    answer('get', '/rollouts/{id}/attempts', attempts),
    typeof spool === 'string' ? new Spool(spool).handler : spool,
  ];
}
