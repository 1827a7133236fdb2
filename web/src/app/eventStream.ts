import { createParser } from 'eventsource-parser';
import { backendFetch, type Backend } from '../api/backend';
import type { Envelope } from '../api/types';

export interface StreamHandlers {
  onOpen: () => void;
  /** Bytes came, perhaps only a heartbeat. */
  onAlive: () => void;
  onEvent: (event: Envelope) => void;
  /** There is a gap: the stream cannot tell what happened up to event `id`. */
  onReset: (id: number) => void;
  /** The stream ended: with the HTTP status that refused it, or without one when the connection broke. */
  onLost: (status: number | undefined) => void;
}

/** Opens the stream after event `after`; returns how to close it. A lost stream stays lost: the caller opens another. */
export type OpenStream = (backend: Backend, after: number, types: string | null, handlers: StreamHandlers) => () => void;

function envelopeIn(data: string): Envelope | null {
  try {
    const value: unknown = JSON.parse(data);
    return isEnvelope(value) ? value : null;
  } catch {
    return null;
  }
}

function isEnvelope(value: unknown): value is Envelope {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'number' &&
    'type' in value &&
    typeof value.type === 'string'
  );
}

/**
 * Server-sent events by `fetch`: the browser's EventSource sends no Bearer to another origin, hides the heartbeat
 * (so a connection that died during sleep looks open), and receives only types that it knows by name.
 */
export const openEventStream: OpenStream = (backend, after, types, handlers) => {
  const controller = new AbortController();
  const { signal } = controller;
  const query = new URLSearchParams({ after: String(after), ...(types === null ? {} : { types }) });

  const listen = async (): Promise<number | undefined> => {
    const headers = { Accept: 'text/event-stream' };
    const response = await backendFetch(backend, `/events?${query.toString()}`, { headers, cache: 'no-store', signal });
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
    if (!response.ok || !isStream || response.body === null) {
      controller.abort();
      return response.status;
    }
    handlers.onOpen();
    const parser = createParser({
      onEvent: ({ event, id, data }) => {
        const envelope = event === 'reset' ? null : envelopeIn(data);
        const number = Number(id ?? after);
        if (envelope !== null) handlers.onEvent(envelope);
        else handlers.onReset(Number.isFinite(number) ? number : after);
      },
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      handlers.onAlive();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  };

  let closed = false;
  listen()
    .catch(() => undefined)
    .then((status) => {
      if (!closed) handlers.onLost(status);
    });
  return () => {
    closed = true;
    controller.abort();
  };
};
