import type { FieldProblem } from './types';

/** Why a call failed, as the pages show it. `status` 0: the daemon was not reached. */
export interface ApiError {
  status: number;
  title: string;
  detail: string;
  errors: FieldProblem[];
}

function member(body: unknown, key: string): unknown {
  return typeof body === 'object' && body !== null ? new Map<string, unknown>(Object.entries(body)).get(key) : undefined;
}

function isFieldProblem(item: unknown): item is FieldProblem {
  return typeof member(item, 'path') === 'string' && typeof member(item, 'reason') === 'string';
}

/** Of the rollout store, which keeps the shape of its upstream: a list of `{loc, msg}`. */
function fieldProblemOf(item: unknown): FieldProblem[] {
  const loc = member(item, 'loc');
  const reason = member(item, 'msg');
  return Array.isArray(loc) && typeof reason === 'string' ? [{ path: loc.join('.'), reason }] : [];
}

/** A refusal's body: problem+json everywhere but under /v1, where `detail` alone says it. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const title = member(body, 'title');
  const detail = member(body, 'detail');
  const errors = member(body, 'errors');
  const fields = Array.isArray(errors) ? errors.filter(isFieldProblem) : Array.isArray(detail) ? detail.flatMap(fieldProblemOf) : [];
  return {
    status: response.status,
    title: typeof title === 'string' ? title : response.statusText || `HTTP ${response.status}`,
    detail:
      typeof detail === 'string'
        ? detail
        : fields.length > 0
          ? 'The request was not understood.'
          : `The daemon answered ${response.status} without an explanation.`,
    errors: fields,
  };
}

export function unreachable(address: string): ApiError {
  return {
    status: 0,
    title: 'The daemon cannot be reached',
    detail: `No answer from ${address === '' ? 'the daemon that served this page' : address}.`,
    errors: [],
  };
}

/** What RTK Query hands to a component as `error`, narrowed. */
export function asApiError(error: unknown): ApiError {
  if (typeof error === 'object' && error !== null && 'status' in error && 'detail' in error && 'title' in error) {
    const { status, title, detail } = error;
    if (typeof status === 'number' && typeof title === 'string' && typeof detail === 'string') {
      const errors = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
      return { status, title, detail, errors };
    }
  }
  return { status: 0, title: 'Something went wrong in the page', detail: String(error), errors: [] };
}
