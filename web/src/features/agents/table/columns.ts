import type { SortKey } from '../selection/selection';

export type ColumnId = 'name' | 'type' | 'mode' | 'tier' | 'history' | 'state' | 'task' | 'tokens' | 'cold' | 'actions';

export interface Column {
  id: ColumnId;
  label: string;
  /** Pixels; the name takes the rest. */
  width?: number;
  sort?: SortKey;
  /** Cannot be hidden. */
  fixed?: boolean;
}

export const columns: Column[] = [
  { id: 'name', label: 'Agent', sort: 'name', fixed: true },
  { id: 'type', label: 'Type', width: 92, sort: 'type' },
  { id: 'mode', label: 'Mode', width: 78, sort: 'mode' },
  { id: 'tier', label: 'Active tier', width: 226, sort: 'tier', fixed: true },
  { id: 'history', label: '24 h', width: 104 },
  { id: 'state', label: 'State', width: 96, sort: 'state' },
  { id: 'task', label: 'Task', width: 136, sort: 'queue' },
  { id: 'tokens', label: 'Tokens', width: 118, sort: 'tokens' },
  { id: 'cold', label: 'Cold start', width: 98, sort: 'cold' },
  { id: 'actions', label: 'Actions', width: 84, fixed: true },
];

/** Hidden first where there is no room for all, unless the operator chose otherwise. */
export const spare: string[] = ['type', 'mode'];
export const crowded = '(max-width: 88em)';

/** On a phone the rest is shown under the name, or in the drawer. */
const onPhone: ColumnId[] = ['name', 'tier', 'actions'];

export function visibleColumns(hidden: string[], phone: boolean): Column[] {
  return columns.filter(({ id, fixed }) => (phone ? onPhone.includes(id) : fixed === true || !hidden.includes(id)));
}

const phoneWidths: Partial<Record<ColumnId, number>> = { tier: 180, actions: 70 };

export function widthOf({ id, width }: Column, phone: boolean): number | undefined {
  return phone ? phoneWidths[id] : width;
}

const nameAtLeast = 128;

/** If there is less room than this, the table scrolls in its box. */
export function leastWidth(shown: Column[], phone: boolean): number {
  return phone ? 0 : shown.reduce((sum, { width }) => sum + (width ?? nameAtLeast), 0);
}
