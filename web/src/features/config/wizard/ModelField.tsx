import { Autocomplete, Loader } from '@mantine/core';
import { asApiError } from '../../../api/problem';
import { useGetModelsQuery } from '../configApi';
import { objectOf } from '../model/json';
import { providersOf } from '../model/types';
import { inputOrder, useEditing } from '../fields/editing';

interface Props {
  id: string;
  label: string;
  provider: string;
  value: string;
  error: string | null;
  onChange: (model: string) => void;
}

/** Suggests what the provider serves; any name may be typed, because not every provider lists its models. */
export function ModelField({ provider, onChange, ...field }: Props) {
  const { saved } = useEditing();
  const isSaved = Object.hasOwn(objectOf(providersOf(saved)), provider);
  const { currentData: models, isFetching, error } = useGetModelsQuery(provider, { skip: !isSaved });
  let hint: string | undefined;
  if (!isSaved && provider !== '') hint = 'Models are listed once this provider is saved.';
  else if (error !== undefined && !isFetching) hint = `No list of models: ${asApiError(error).detail} Type the name.`;
  return (
    <Autocomplete
      {...field}
      data={models ?? []}
      description={hint}
      inputWrapperOrder={inputOrder}
      placeholder="model"
      spellCheck={false}
      limit={200}
      maxDropdownHeight={280}
      rightSection={isFetching ? <Loader size={14} role="img" aria-label={`Asking ${provider} for its models`} /> : undefined}
      onChange={onChange}
    />
  );
}
