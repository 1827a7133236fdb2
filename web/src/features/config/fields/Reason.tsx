import { Text, type MantineSpacing } from '@mantine/core';

/** Why something cannot be saved; null: nothing is wrong. */
export function Reason({ text, mt }: { text: string | null; mt?: MantineSpacing }) {
  if (text === null) return null;
  return (
    <Text size="sm" c="var(--mantine-color-error)" mt={mt}>
      {text}
    </Text>
  );
}
