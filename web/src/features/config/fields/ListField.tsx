import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { same, textsOf, type Json, type Path } from '../model/json';
import { inputOrder, useField } from './editing';

interface Props {
  path: Path;
  label: string;
  description?: string;
  placeholder?: string;
  /** How to show the value as lines, when it may be something other than a list. */
  linesOf?: (value: Json | undefined) => string[];
  /** The value of an empty list, when it is not the default. */
  whenEmpty?: Json;
}

/** One word on each line, or a JSON array of strings. Empty is the default. */
function textsOfLines(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const value: unknown = JSON.parse(text);
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    } catch {
      // Not JSON, or not yet: lines, then.
    }
  }
  return text.split('\n').filter((line) => line !== '');
}

/** A list of words, one on each line: no quoting to get wrong. */
export function ListField({ path, linesOf = textsOf, whenEmpty, ...looks }: Props) {
  const { id, value, set, error } = useField(path, true);
  const texts = linesOf(value);
  // An empty line is not a word yet, but must not vanish under the cursor.
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
