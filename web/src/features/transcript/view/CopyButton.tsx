import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { TranscriptIndex } from '../parse/transcriptIndex';
import { bytesText } from '../words';
import classes from './view.module.css';

/** Copies what is loaded, and says so when that is not all. */
export function CopyButton({ index }: { index: TranscriptIndex }) {
  const { copy, copied, error } = useClipboard();
  const part = index.start > 0 ? ` ${bytesText(index.end - index.start)}` : '';
  const label = error !== null ? 'Copying failed' : copied ? 'Copied' : `Copy${part}`;
  return (
    <Button
      size="compact-xs"
      variant="default"
      {...(part !== '' && { title: 'Copies the part that is loaded' })}
      {...(error !== null && { title: error.message })}
      onClick={() => copy(index.text)}
    >
      {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      <span className={classes.label}>{label}</span>
    </Button>
  );
}
