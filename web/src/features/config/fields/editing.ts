import { createContext, useContext } from 'react';
import type { FieldProblem } from '../../../api/types';
import { edited, getAt, pointerOf, type Json, type JsonObject, type Path } from '../model/json';
import type { Step } from '../useEditor';

/** What every field of the page needs. */
interface Editing {
  document: JsonObject;
  /** The daemon's document, without the draft. */
  saved: JsonObject;
  errors: FieldProblem[];
  warnings: FieldProblem[];
  /** The text of the JSON view does not parse: an edit elsewhere would lose it. */
  locked: boolean;
  change: (step: Step) => void;
}

const Context = createContext<Editing | null>(null);
export const EditingProvider = Context.Provider;

export function useEditing(): Editing {
  const editing = useContext(Context);
  if (editing === null) throw new Error('no EditingProvider around this field');
  return editing;
}

export interface Field {
  id: string;
  value: Json | undefined;
  /** undefined: back to the default. */
  set: (value: Json | undefined) => void;
  /** Joined, for the field; null when there is none. */
  error: string | null;
}

/** The description is under the input, so that inputs beside each other line up. */
export const inputOrder: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

export function fieldId(pointer: string): string {
  return `field:${pointer}`;
}

/** Problems of the value at `path`; with `within` also of what it contains. */
export function reasonsAt(problems: FieldProblem[], path: Path, within = false): string | null {
  const pointer = pointerOf(path);
  const reasons = problems.filter(({ path: at }) => at === pointer || (within && at.startsWith(`${pointer}/`))).map(({ reason }) => reason);
  return reasons.length === 0 ? null : reasons.join('; ');
}

/** One value of the document; `within`: the field shows a whole list or block. */
export function useField(path: Path, within = false): Field {
  const { document, saved, errors, change } = useEditing();
  return {
    id: fieldId(pointerOf(path)),
    value: getAt(document, path),
    set: (value) => change((now) => edited(now, path, value, saved)),
    error: reasonsAt(errors, path, within),
  };
}
