import { http, HttpResponse } from 'msw';
import type { paths } from '../api/schema';
import { fleet, health, usage } from './fixtures';
import { calmProviders } from './providers';

type Method = 'get' | 'post' | 'put' | 'delete';
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Answers<O> = O extends { responses: infer R } ? R : never;
type JsonOf<A> = A extends { content: { 'application/json': infer J } } ? J : never;

/** The JSON that the document promises for a successful call. */
export type Answer<P extends keyof paths, M extends Method> =
  | JsonOf<Answers<Operation<P, M>>[200 & keyof Answers<Operation<P, M>>]>
  | JsonOf<Answers<Operation<P, M>>[201 & keyof Answers<Operation<P, M>>]>;

interface Extra {
  status?: number;
  headers?: Record<string, string>;
}

/** A handler whose answer is typed by the API document: `answer('get', '/agents', fleet)`. */
export function answer<P extends keyof paths & string, M extends Method>(method: M, path: P, body: Answer<P, M>, extra: Extra = {}) {
  return http[method](`*${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, () => HttpResponse.json(body as never, extra));
}

/** A handler that refuses as the daemon does. */
export function refuse<P extends keyof paths & string>(method: Method, path: P, status: number, title: string, detail: string) {
  return http[method](`*${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, () =>
    HttpResponse.json({ type: 'about:blank', title, status, detail }, { status, headers: { 'Content-Type': 'application/problem+json' } }),
  );
}

/** Signed in with a token that reads everything and changes nothing. */
export const asViewer = answer('get', '/session', { operator: false, role: 'viewer', name: 'wall-screen (tk-4)' });

/** What every page requests. */
export const handlers = [
  answer('get', '/agents', fleet, { headers: { 'Event-Seq': '100' } }),
  answer('get', '/providers', calmProviders),
  answer('get', '/health', health),
  answer('get', '/session', { operator: true, role: 'operator', name: 'operator' }),
  answer('get', '/usage', usage),
];
