import { Switch } from '@mantine/core';
import type { Path } from '../model/json';
import { useField } from './editing';

interface Props {
  path: Path;
  label: string;
  description?: string;
  byDefault: boolean;
}

export function SwitchField({ path, byDefault, ...looks }: Props) {
  const { id, value, set, error } = useField(path);
  return (
    <Switch
      id={id}
      {...looks}
      checked={typeof value === 'boolean' ? value : byDefault}
      error={error}
      onChange={({ currentTarget }) => set(currentTarget.checked)}
    />
  );
}
