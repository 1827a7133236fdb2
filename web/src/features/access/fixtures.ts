import type { NamedToken } from '../../api/types';
import { minute, now } from '../../testing/fixtures';

const day = 24 * 60 * minute;

export const tokens: NamedToken[] = [
  { id: 'tk-1', name: 'ana', role: 'operator', created: now - 40 * day, expires: now + 50 * day, last_used: now - 3 * minute },
  { id: 'tk-2', name: 'gpu-runners', role: 'store', created: now - 10 * day, last_used: now - minute },
  { id: 'tk-3', name: 'visitor', role: 'viewer', created: now - 8 * day, expires: now - day },
  { id: 'tk-4', name: 'wall-screen', role: 'viewer', created: now - 27 * day, expires: now + 3 * day, last_used: now - 2 * day },
];
