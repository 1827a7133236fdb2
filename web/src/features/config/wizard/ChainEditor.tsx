import { Button, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { addTier, chainOf, changeTier, mostTiers, moveTier, removeTier, withChain, type TierDraft } from '../model/chain';
import { getAt, objectOf, pointerOf, setAt, textOf } from '../model/json';
import { providersOf } from '../model/types';
import { fieldId, reasonsAt, useEditing } from '../fields/editing';
import { Reason } from '../fields/Reason';
import { ChainRow } from './ChainRow';
import classes from './ChainRow.module.css';

/** The tiers of a type, best first. */
export function ChainEditor({ type }: { type: string }) {
  const { document, errors, change } = useEditing();
  const rows = useRef<HTMLOListElement>(null);
  const moved = useRef<{ to: number; up: boolean } | null>(null);
  const [said, setSaid] = useState('');
  const path = ['agent_types', type];
  const chain = chainOf(objectOf(getAt(document, path)));
  const providers = Object.keys(providersOf(document));
  const edit = (step: (chain: TierDraft[]) => TierDraft[]) =>
    change((now) => {
      const value = objectOf(getAt(now, path));
      return objectOf(setAt(now, path, withChain(value, step(chainOf(value)))));
    });

  // The focus stays with the tier that was moved.
  useEffect(() => {
    const { to, up } = moved.current ?? {};
    moved.current = null;
    const row = to === undefined ? undefined : rows.current?.children[to];
    const buttons = [...(row?.querySelectorAll<HTMLButtonElement>('button[aria-label^="Move"]') ?? [])];
    (up ? buttons : buttons.toReversed()).find((button) => !button.disabled)?.focus();
  }, [chain]);

  const move = (from: number, to: number) => {
    moved.current = { to, up: to < from };
    setSaid(`${textOf(chain[from]?.['model']) || 'The tier'} is tier ${to + 1} of ${chain.length} now`);
    edit((now) => moveTier(now, from, to));
  };
  const own = reasonsAt(errors, [...path, 'provider_chain']) ?? reasonsAt(errors, path);
  return (
    <section aria-labelledby="chain-title">
      <Title order={3} size="h5" id="chain-title">
        Provider chain
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        Tasks run on ①. When it fails, the agent moves down; it returns when ① may serve again.
      </Text>
      <ol className={classes.rows} ref={rows} id={fieldId(pointerOf([...path, 'provider_chain']))} tabIndex={-1}>
        {chain.map((tier, i) => (
          <ChainRow
            key={i}
            path={[...path, 'provider_chain']}
            index={i}
            tier={tier}
            providers={providers}
            of={chain.length}
            onChange={(next) => edit((now) => changeTier(now, i, next))}
            onMove={move}
            onRemove={() => edit((now) => removeTier(now, i))}
          />
        ))}
      </ol>
      <Reason text={own} mt="xs" />
      <Button
        mt="xs"
        variant="default"
        size="compact-md"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={chain.length >= mostTiers}
        onClick={() => edit((now) => addTier(now, providers))}
      >
        {chain.length >= mostTiers ? 'Three tiers are the maximum' : 'Add a tier'}
      </Button>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </section>
  );
}
