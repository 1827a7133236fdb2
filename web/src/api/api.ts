import { createApi, type BaseQueryFn } from '@reduxjs/toolkit/query/react';
import { answerWithinMs, backendFetch, type Backend } from './backend';
import { takeEarly } from './early';
import { errorOf, unreachable, type ApiError } from './problem';

export interface Request {
  path: string;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Meta {
  headers: Headers;
}

function withQuery(path: string, query: Request['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

interface StateWithBackend {
  backend: Backend;
}

const baseQuery: BaseQueryFn<Request, unknown, ApiError, object, Meta> = async (request, { getState, signal }) => {
  const { backend } = getState() as StateWithBackend;
  const headers: Record<string, string> = { Accept: 'application/json', ...request.headers };
  if (request.body !== undefined) headers['Content-Type'] = 'application/json';
  const init: RequestInit = {
    method: request.method ?? 'GET',
    headers,
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  };
  let response: Response;
  try {
    const early = backend.address === '' ? await takeEarly(request.path) : undefined;
    response = early ?? (await backendFetch(backend, withQuery(request.path, request.query), init));
  } catch {
    return { error: unreachable(backend.address) };
  }
  const meta = { headers: response.headers };
  if (!response.ok) return { error: await errorOf(response), meta };
  const text = await response.text();
  try {
    return { data: text === '' ? null : (JSON.parse(text) as unknown), meta };
  } catch {
    return { error: { status: response.status, title: 'Not JSON', detail: `${request.path} did not answer with JSON.`, errors: [] }, meta };
  }
};

/**
 * Tags, and what touches them on the event stream (app/eventTags.ts):
 *   Agents           every event with an instance, every rollout.* and config.changed
 *   Providers        provider.*, rollout.attempt_finished and config.changed
 *   ProviderEvents   {id: agent}: provider.*       FleetHistory: provider.* of an agent
 *   TierTime, Why    {id: agent}: provider.*, container.*, rollout.*; Why of all: provider.held and .released
 *   LifecycleEvents  {id: agent}: container.*
 *   Rollouts         LIST and {id: rollout}: rollout.*; LIST: provider.held and .released
 *   Usage            rollout.attempt_finished
 *   Config           config.changed
 *   Workers, Resources, Spans: worker.*, resources.*, rollout.*
 *   Health           container.engine_*, provider.held and .released
 * Session, Tokens and Audit are touched by a (re)connection only.
 */
export const tagTypes = [
  'Agents',
  'Providers',
  'ProviderEvents',
  'FleetHistory',
  'TierTime',
  'Why',
  'LifecycleEvents',
  'Rollouts',
  'Usage',
  'Config',
  'Models',
  'Workers',
  'Resources',
  'Spans',
  'Health',
  'Session',
  'Tokens',
  'Audit',
] as const;

export type TagType = (typeof tagTypes)[number];

export const api = createApi({
  baseQuery,
  tagTypes,
  keepUnusedDataFor: 60,
  // An invalidation during a fetch is noted by missedInvalidations.ts.
  invalidationBehavior: 'immediately',
  endpoints: () => ({}),
});
