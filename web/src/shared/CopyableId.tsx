import { useClipboard } from '@mantine/hooks';
import classes from './CopyableId.module.css';
import { shortId } from './format';

interface Props {
  id: string;
  /** What it is, for the accessible name: "rollout". */
  what: string;
}

/** An id shortened in the middle; a click copies the whole. Plain markup: a table has hundreds. */
export function CopyableId({ id, what }: Props) {
  const { copied, copy } = useClipboard({ timeout: 1000 });
  const short = shortId(id);
  return (
    <button
      type="button"
      className={classes.id}
      title={id}
      aria-label={short === id ? `copy ${what} id ${id}` : `copy ${what} id ${id}, shown as ${short}`}
      onClick={(event) => {
        event.stopPropagation();
        copy(id);
      }}
    >
      {copied ? '✓ copied' : short}
    </button>
  );
}
