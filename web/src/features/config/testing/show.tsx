import type { ReactNode } from 'react';
import { configure } from '@testing-library/react';
import { vi } from 'vitest';
import { renderWithStore } from '../../../testing/render';
import { getAt, type JsonObject } from '../model/json';
import { EditingWorld } from './EditingWorld';
import { clean, configuration } from './fixtures';

// Whole forms in jsdom on a machine that has other things to do.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

/** A part of the editor, and what its edits made of the document, or of its type `reviewer`. */
export function show(part: ReactNode, document: JsonObject = configuration, problems = clean) {
  const onDocument = vi.fn<(document: JsonObject) => void>();
  const view = renderWithStore(
    <EditingWorld document={document} onDocument={onDocument} problems={problems}>
      {part}
    </EditingWorld>,
  );
  const whole = (...path: string[]) => getAt(onDocument.mock.lastCall?.[0], path);
  return { ...view, whole, at: (...path: string[]) => whole('agent_types', 'reviewer', ...path) };
}
