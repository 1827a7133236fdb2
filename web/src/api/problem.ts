import type { FieldProblem, Problem } from './types';

/** Why a call failed, as the pages show it. `status` 0: the daemon was not reached. */
export interface ApiError {
  status: number;
  title: string;
  detail: string;
  errors: FieldProblem[];
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string';
}

export async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) {
    return { status: response.status, title: body.title, detail: body.detail, errors: body.errors ?? [] };
  }
  return {
    status: response.status,
    title: response.statusText || `HTTP ${response.status}`,
    detail: `The answer was ${response.status} without an explanation.`,
    errors: [],
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
