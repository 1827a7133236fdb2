import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { started } from '../testing/fixtures';
import { openEventStream } from './eventStream';

const encoder = new TextEncoder();
let body: ReadableStreamDefaultController<Uint8Array>;
let request: { url: string; init: RequestInit };
let said: unknown[];
let respond: (response: Response) => void;
let fail: (error: Error) => void;

const handlers = {
  onOpen: () => said.push('open'),
  onAlive: () => said.push('alive'),
  onEvent: ({ id, type }: { id: number; type: string }) => said.push([id, type]),
  onReset: (id: number) => said.push(['reset', id]),
  onLost: (status: number | undefined) => said.push(['lost', status]),
};
const same = { address: '', token: null };

function stream(contentType = 'text/event-stream', status = 200) {
  const readable = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
  respond(new Response(readable, { status, headers: { 'Content-Type': contentType } }));
}
const send = (text: string) => body.enqueue(encoder.encode(text));
const heard = (...expected: unknown[]) => vi.waitFor(() => expect(said.filter((each) => each !== 'alive')).toEqual(expected));
const frame = (id: number, type: string) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ ...started, id, type })}\n\n`;

beforeEach(() => {
  said = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    request = { url, init };
    return new Promise<Response>((resolve, reject) => {
      respond = resolve;
      fail = reject;
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('openEventStream', () => {
  it('asks for what comes after, of the types wanted', () => {
    openEventStream(same, 7, 'provider.*', handlers);
    expect(request.url).toBe('/events?after=7&types=provider.*');
    expect(new Headers(request.init.headers).get('Authorization')).toBeNull();
  });

  it('carries the token to another origin, and no cookie', () => {
    openEventStream({ address: 'http://other:8787', token: 'secret' }, 7, null, handlers);
    expect(request.url).toBe('http://other:8787/events?after=7');
    expect(new Headers(request.init.headers).get('Authorization')).toBe('Bearer secret');
    expect(request.init.credentials).toBe('omit');
  });

  it('receives events of every type, also in pieces', async () => {
    openEventStream(same, 7, null, handlers);
    stream();
    await heard('open');
    const text = frame(8, 'provider.failover') + frame(9, 'something.new');
    send(text.slice(0, 40));
    send(text.slice(40));
    await heard('open', [8, 'provider.failover'], [9, 'something.new']);
  });

  it('counts a heartbeat as a sign of life', async () => {
    openEventStream(same, 7, null, handlers);
    stream();
    send(': hb\n\n');
    await vi.waitFor(() => expect(said).toEqual(['open', 'alive']));
  });

  it('keeps whole a letter that two chunks share', async () => {
    let summary = '';
    openEventStream(same, 7, null, { ...handlers, onEvent: (event) => (summary = event.summary) });
    stream();
    const bytes = encoder.encode(`data: ${JSON.stringify({ ...started, summary: 'a ① → ②' })}\n\n`);
    const middle = bytes.indexOf(0xe2) + 1;
    body.enqueue(bytes.slice(0, middle));
    body.enqueue(bytes.slice(middle));
    await vi.waitFor(() => expect(summary).toBe('a ① → ②'));
  });

  it('takes a reset, and what it cannot read, for a gap', async () => {
    openEventStream(same, 7, null, handlers);
    stream();
    send('id: 50\nevent: reset\ndata: {"latest":50}\n\n');
    send('id: 51\nevent: provider.failover\ndata: {"id\n\n');
    await heard('open', ['reset', 50], ['reset', 51]);
  });

  it('says once that it is over', async () => {
    openEventStream(same, 7, null, handlers);
    stream();
    await heard('open');
    body.close();
    await heard('open', ['lost', undefined]);
  });

  it.each([401, 503])('says that it was refused with %d', async (status) => {
    openEventStream(same, 7, null, handlers);
    stream('application/problem+json', status);
    await heard(['lost', status]);
  });

  it('does not take a page for a stream', async () => {
    openEventStream(same, 7, null, handlers);
    stream('text/html');
    await heard(['lost', 200]);
  });

  it('says that nobody answered', async () => {
    openEventStream(same, 7, null, handlers);
    fail(new TypeError('Failed to fetch'));
    await heard(['lost', undefined]);
  });

  it('is silent once closed', async () => {
    const close = openEventStream(same, 7, null, handlers);
    close();
    expect(request.init.signal?.aborted).toBe(true);
    fail(new DOMException('aborted', 'AbortError'));
    const marker = openEventStream(same, 8, null, handlers);
    stream();
    await heard('open');
    marker();
  });
});
