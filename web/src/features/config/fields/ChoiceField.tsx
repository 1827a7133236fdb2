import { Select } from '@mantine/core';
import { textOf, type Path } from '../model/json';
import { inputOrder, useField } from './editing';

interface Choice {
  value: string;
  label: string;
}

interface SelectProps {
  id: string;
  label: string;
  description?: string | undefined;
  choices: Choice[];
  value: string;
  error: string | null;
  onChange: (value: string) => void;
}

/** One of a few choices; any other value in the document is shown as it is, and the check reports it. */
export function ChoiceSelect({ choices, value, onChange, ...looks }: SelectProps) {
  const known = choices.some((choice) => choice.value === value);
  return (
    <Select
      {...looks}
      inputWrapperOrder={inputOrder}
      data={known ? choices : [...choices, { value, label: `${value} (not offered)` }]}
      value={value}
      allowDeselect={false}
      onChange={(next) => {
        if (next !== null) onChange(next);
      }}
    />
  );
}

interface Props {
  path: Path;
  label: string;
  description?: string;
  choices: Choice[];
  byDefault: string;
}

export function ChoiceField({ path, byDefault, ...looks }: Props) {
  const { id, value, set, error } = useField(path);
  return <ChoiceSelect id={id} {...looks} value={textOf(value) === '' ? byDefault : textOf(value)} error={error} onChange={set} />;
}
