import { ActionIcon, Checkbox, Popover, Stack, Tooltip } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { columns } from './columns';

interface Props {
  hidden: string[];
  onChange: (hidden: string[]) => void;
}

/** Which columns the table shows; an agent's name and tier cannot be hidden. */
export function ColumnChooser({ hidden, onChange }: Props) {
  return (
    <Popover position="bottom-end" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="default" size="input-sm" aria-label="Choose columns">
            <IconColumns3 size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap="xs">
          {columns
            .filter(({ fixed }) => fixed !== true)
            .map(({ id, label }) => (
              <Checkbox
                key={id}
                label={label}
                checked={!hidden.includes(id)}
                onChange={() => onChange(hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id])}
              />
            ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
