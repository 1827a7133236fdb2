import { useState, type ReactNode } from 'react';
import type { Check } from '../configApi';
import { EditingProvider } from '../fields/editing';
import { clean, configuration } from './fixtures';
import type { JsonObject } from '../model/json';

interface Props {
  document?: JsonObject;
  problems?: Check;
  /** Called with each new document; for tests. */
  onDocument?: (document: JsonObject) => void;
  children: ReactNode;
}

/** The surroundings of a part of the editor in tests and stories: a document that can be edited. */
export function EditingWorld({ document: initial = configuration, problems = clean, onDocument, children }: Props) {
  const [document, setDocument] = useState(initial);
  return (
    <EditingProvider
      value={{
        ...problems,
        document,
        saved: initial,
        locked: false,
        change: (step) =>
          setDocument((now) => {
            const next = step(now);
            onDocument?.(next);
            return next;
          }),
      }}
    >
      {children}
    </EditingProvider>
  );
}
