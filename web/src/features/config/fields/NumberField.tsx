import { NumberInput, Text } from '@mantine/core';
import { useState } from 'react';
import type { Path } from '../model/json';
import { inputOrder, useField } from './editing';

interface Props {
  path: Path;
  label: string;
  description?: string;
  /** What applies while the field is empty. */
  byDefault?: string;
  unit?: string;
  decimals?: boolean;
}

function numberOf(raw: number | string): number | undefined {
  const value = Number(raw);
  return raw === '' || !Number.isFinite(value) ? undefined : value;
}

/** A number; empty is the default. The daemon checks the limits. */
export function NumberField({ path, byDefault, unit, decimals = false, ...looks }: Props) {
  const { id, value, set, error } = useField(path);
  // "0." on the way to "0.05" already parses as 0 and must not lose its point.
  const [raw, setRaw] = useState<number | string>('');
  const typed = numberOf(raw) === value ? raw : undefined;
  return (
    <NumberInput
      id={id}
      {...looks}
      inputWrapperOrder={inputOrder}
      placeholder={byDefault}
      rightSection={
        unit === undefined ? undefined : (
          <Text size="sm" c="dimmed" aria-hidden>
            {unit}
          </Text>
        )
      }
      rightSectionWidth={unit === undefined ? undefined : 24 + unit.length * 8}
      hideControls
      value={typed ?? (typeof value === 'number' || typeof value === 'string' ? value : '')}
      allowDecimal={decimals}
      decimalScale={6}
      clampBehavior="none"
      thousandSeparator={decimals ? false : ' '}
      error={error}
      onChange={(next) => {
        setRaw(next);
        set(numberOf(next));
      }}
    />
  );
}
