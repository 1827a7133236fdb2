import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { same, textsOf, type Json, type Path } from '../model/json';
import { inputOrder, useField } from './editing';

interface Props {
  path: Path;
  label: string;
  description?: string;
  placeholder?: string;
  /** How the value reads as lines, when it need not be a list. */
  linesOf?: (value: Json | undefined) => string[];
  /** What no line at all is, when it is not the default. */
  whenEmpty?: Json;
}

/** A line a word; a whole JSON array of texts is understood too. Nothing at all is the default. */
export function textsOfLines(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const value: unknown = JSON.parse(text);
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    } catch {
      // Not yet, or no JSON after all: then it is lines.
    }
  }
  return text.split('\n').filter((line) => line !== '');
}

/** A list of words, one a line: no quoting to get wrong. */
export function ListField({ path, linesOf = textsOf, whenEmpty, ...looks }: Props) {
  const { id, value, set, error } = useField(path, true);
  const texts = linesOf(value);
  // A line that is still empty is no word yet, but must not vanish under the cursor.
  const [typed, setTyped] = useState('');
  const shown = same(textsOfLines(typed), texts) ? typed : texts.join('\n');
  return (
    <Textarea
      id={id}
      {...looks}
      inputWrapperOrder={inputOrder}
      autosize
      minRows={2}
      maxRows={12}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={shown}
      error={error}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        const next = textsOfLines(currentTarget.value);
        set(next.length === 0 ? whenEmpty : next);
      }}
    />
  );
}
