import { PasswordInput, TextInput } from '@mantine/core';
import { textOf, type Path } from '../model/json';
import { inputOrder, useField } from './editing';

interface Props {
  path: Path;
  label: string;
  description?: string;
  placeholder?: string;
  required?: boolean;
  secret?: boolean;
}

/** A text, or a number where the document has one; empty is the default. A required one stays as an empty text, so that the check reports it. */
export function TextField({ path, required = false, secret = false, ...looks }: Props) {
  const { id, value, set, error } = useField(path);
  const Input = secret ? PasswordInput : TextInput;
  return (
    <Input
      id={id}
      {...looks}
      inputWrapperOrder={inputOrder}
      withAsterisk={required}
      autoComplete={secret ? 'new-password' : 'off'}
      spellCheck={false}
      value={typeof value === 'number' ? String(value) : textOf(value)}
      error={error}
      onChange={({ currentTarget }) => set(currentTarget.value === '' && !required ? undefined : currentTarget.value)}
    />
  );
}
