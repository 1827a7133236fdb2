import type { AuditRow } from '../../api/types';
import { minute, now } from '../../testing/fixtures';

function entry(id: number, over: Partial<AuditRow>): AuditRow {
  return {
    id,
    ts: now - (20 - id) * minute,
    actor: 'operator',
    peer: '127.0.0.1',
    action: 'POST /agents/{name}/pause',
    subject: 'writer-b',
    result: '200 OK',
    ...over,
  };
}

/** Oldest first, as the daemon answers. */
export const entries: AuditRow[] = [
  entry(1, { action: 'PUT /config', subject: '' }),
  entry(2, {}),
  entry(3, { actor: 'ana (tk-1)', peer: '10.0.0.7', action: 'POST /tokens', subject: 'wall-screen (viewer)', result: '201 Created' }),
  entry(4, { actor: 'nobody', peer: '10.0.0.99', action: 'POST /session (sign-in)', subject: '', result: '401 Unauthorized' }),
  entry(5, { actor: 'wall-screen (tk-4)', peer: '10.0.0.12', action: 'POST /agents/{name}/unpause', result: '403 Forbidden' }),
];
