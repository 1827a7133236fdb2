import { Fieldset, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { kindWords } from '../../../shared/health/words';
import { ChoiceSelect } from '../fields/ChoiceField';
import { fieldId, reasonsAt, useEditing, useField } from '../fields/editing';
import { NumberField } from '../fields/NumberField';
import { Reason } from '../fields/Reason';
import { objectOf, pointerOf, type Path } from '../model/json';
import { formOf, inForm, kindsOf, placeholderOf, type CooldownForm } from './cooldown';

const forms: Record<CooldownForm, string> = { number: 'the same for every kind of failure', kinds: 'by kind of failure' };
const choices = Object.entries(forms).map(([value, label]) => ({ value, label }));
const words = new Map<string, string>([...Object.entries(kindWords), ['default', 'all kinds not given here']]);

function Kinds({ path }: { path: Path }) {
  const { errors } = useEditing();
  const { id, value } = useField(path);
  const block = objectOf(value);
  return (
    <Fieldset legend="Cooldown by kind" id={id} tabIndex={-1}>
      <Text size="xs" c="dimmed" mb="xs">
        How long a provider is out after a failure of this kind; longer if the provider says so. Doubled each time it fails its trial, up to
        eight times.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {kindsOf(block).map((kind) => (
          <NumberField
            key={kind}
            path={[...path, kind]}
            label={kind}
            description={words.get(kind) ?? 'not a kind of failure'}
            byDefault={placeholderOf(block, kind)}
            unit="min"
            decimals
          />
        ))}
      </SimpleGrid>
      <Reason text={reasonsAt(errors, path)} mt="xs" />
    </Fieldset>
  );
}

/** How long a provider is out: one number for every kind of failure, or one for each. */
export function CooldownFields({ path }: { path: Path }) {
  const { value, set } = useField(path);
  // Without a value the document does not say which form is meant.
  const [chosen, setChosen] = useState<CooldownForm>('number');
  const form = formOf(value) ?? chosen;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <ChoiceSelect
          id={`${fieldId(pointerOf(path))}:form`}
          label="How long a provider is out"
          choices={choices}
          value={form}
          error={null}
          onChange={(next) => {
            const wanted: CooldownForm = next === 'kinds' ? 'kinds' : 'number';
            setChosen(wanted);
            set(inForm(value, wanted));
          }}
        />
        {form === 'number' && (
          <NumberField
            path={path}
            label="Cooldown"
            description="After a failure of any kind; longer if the provider says so. Empty: an hour for a refused key or a used-up allowance, 5 minutes for a rate limit, half a minute for the rest, or what the provider says."
            byDefault="what fits the kind"
            unit="min"
            decimals
          />
        )}
      </SimpleGrid>
      {form === 'kinds' && <Kinds path={path} />}
    </Stack>
  );
}
