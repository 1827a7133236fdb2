import { Accordion, Badge, Group } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { getAt, objectOf, type Path } from '../model/json';
import { reasonsAt, useEditing } from '../fields/editing';

interface Props {
  path: Path;
  title: string;
  /** The keys of the block at `path` that are inside. */
  keys: readonly string[];
  children: ReactNode;
}

/** Settings that few change: closed, unless one of them is set or wrong. */
export function Fold({ path, title, keys, children }: Props) {
  const { document, errors } = useEditing();
  const block = objectOf(getAt(document, path));
  const set = keys.filter((key) => key in block).length;
  const wrong = keys.some((key) => reasonsAt(errors, [...path, key], true) !== null);
  const [open, setOpen] = useState(set > 0);
  return (
    <Accordion variant="separated" value={open || wrong ? 'open' : null} onChange={(value) => setOpen(value !== null)} keepMounted={false}>
      <Accordion.Item value="open">
        <Accordion.Control>
          <Group gap="xs">
            {title}
            {set > 0 && (
              <Badge size="sm" color="gray" variant="light">
                {set} set
              </Badge>
            )}
          </Group>
        </Accordion.Control>
        <Accordion.Panel>{children}</Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
