import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { shortId } from './format';

interface Props {
  id: string;
  /** What it is, for the accessible name: "rollout". */
  what: string;
}

/** An id shortened in the middle; a click copies all of it. */
export function CopyableId({ id, what }: Props) {
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'copied' : id}>
          <UnstyledButton
            ff="monospace"
            fz="sm"
            style={{ whiteSpace: 'nowrap' }}
            aria-label={shortId(id) === id ? `copy ${what} id ${id}` : `copy ${what} id ${id}, shown as ${shortId(id)}`}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            {shortId(id)}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
