import { SimpleGrid } from '@mantine/core';
import { ChoiceField } from '../fields/ChoiceField';
import { NumberField } from '../fields/NumberField';
import type { Path } from '../model/json';

const ways = [
  { value: 'when_due', label: 'before a task, as soon as it may serve' },
  { value: 'after_success', label: 'after a success on the lower tier' },
];

/** How long to wait for a provider before moving or giving up, and how the agent comes back. */
export function Patience({ path }: { path: Path }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <ChoiceField
        path={[...path, 'return']}
        label="Return to a higher tier"
        description="One task goes first; when the provider answers it, the others follow, a few at a time."
        choices={ways}
        byDefault="when_due"
      />
      <NumberField
        path={[...path, 'wait_in_place_s']}
        label="Wait in place for up to"
        description="When the provider says to wait no longer than this, agents wait on their tier instead of moving."
        byDefault="30"
        unit="s"
        decimals
      />
      <NumberField
        path={[...path, 'server_error_threshold']}
        label="Server errors in a row"
        description="Server errors, network failures and timeouts before the tier moves, 1 to 100."
        byDefault="3"
      />
      <NumberField
        path={[...path, 'give_up_after_min']}
        label="Give up a task after"
        description="From the first time that a provider failed it. Until then it waits, and none of its own attempts are used up."
        byDefault="never"
        unit="min"
        decimals
      />
    </SimpleGrid>
  );
}
