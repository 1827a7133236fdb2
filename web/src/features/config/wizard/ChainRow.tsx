import { ActionIcon, Group, Paper, Select, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { tierGlyph } from '../../../shared/format';
import { fieldId, reasonsAt, useEditing } from '../fields/editing';
import { Reason } from '../fields/Reason';
import { pointerOf, textOf, type Path } from '../model/json';
import type { TierDraft } from '../model/chain';
import classes from './ChainRow.module.css';
import { ModelField } from './ModelField';

interface Props {
  path: Path;
  index: number;
  tier: TierDraft;
  providers: string[];
  of: number;
  onChange: (change: { provider: string } | { model: string }) => void;
  onMove: (from: number, to: number) => void;
  onRemove: () => void;
}

const dragType = 'application/x-understudy-tier';

export function ChainRow({ path, index, tier, providers, of, onChange, onMove, onRemove }: Props) {
  const { errors } = useEditing();
  const [over, setOver] = useState(false);
  const provider = textOf(tier['provider']);
  const n = index + 1;
  const here = [...path, index];
  const own = reasonsAt(errors, here);
  const button = (label: string, icon: React.ReactNode, disabled: boolean, act: () => void) => (
    <ActionIcon variant="default" size={36} aria-label={`${label} tier ${n}`} disabled={disabled} onClick={act}>
      {icon}
    </ActionIcon>
  );
  return (
    <Paper
      withBorder
      p="xs"
      component="li"
      className={classes.row}
      data-testid={`chain-row-${index}`}
      data-over={over || undefined}
      id={fieldId(pointerOf(here))}
      tabIndex={-1}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(dragType)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const from = Number(event.dataTransfer.getData(dragType));
        if (event.dataTransfer.types.includes(dragType) && from !== index) onMove(from, index);
      }}
    >
      <Group gap="xs" align="start" wrap="nowrap" className={classes.fields}>
        <span
          className={classes.grip}
          draggable={of > 1}
          title={of > 1 ? 'Drag to another place' : undefined}
          aria-hidden
          onDragStart={(event) => {
            event.dataTransfer.setData(dragType, String(index));
            event.dataTransfer.effectAllowed = 'move';
          }}
        >
          <IconGripVertical size={16} />
          <Text span fz={20} lh={1}>
            {tierGlyph(n)}
          </Text>
        </span>
        <Select
          id={fieldId(pointerOf([...here, 'provider']))}
          className={classes.provider}
          label={`Provider of tier ${n}`}
          data={provider === '' || providers.includes(provider) ? providers : [...providers, provider]}
          value={provider === '' ? null : provider}
          placeholder="provider"
          allowDeselect={false}
          error={reasonsAt(errors, [...here, 'provider'])}
          onChange={(next) => {
            if (next !== null) onChange({ provider: next });
          }}
        />
        <div className={classes.model}>
          <ModelField
            id={fieldId(pointerOf([...here, 'model']))}
            label={`Model of tier ${n}`}
            provider={provider}
            value={textOf(tier['model'])}
            error={reasonsAt(errors, [...here, 'model'])}
            onChange={(model) => onChange({ model })}
          />
        </div>
        <Group gap={4} wrap="nowrap" className={classes.buttons}>
          {button('Move up', <IconArrowUp size={16} aria-hidden />, index === 0, () => onMove(index, index - 1))}
          {button('Move down', <IconArrowDown size={16} aria-hidden />, n === of, () => onMove(index, index + 1))}
          {button('Remove', <IconX size={16} aria-hidden />, of === 1, onRemove)}
        </Group>
      </Group>
      <Reason text={own} mt={4} />
    </Paper>
  );
}
