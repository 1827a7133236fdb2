import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { backendFetch, urlOf } from '../../../api/backend';
import { errorOf, unreachable } from '../../../api/problem';
import { useUi } from '../../../shared/state';
import { transcriptPath } from '../load/fetchRange';
import classes from './view.module.css';

interface Props {
  rolloutId: string;
  attemptId: string;
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser takes hold of the file before this comes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * The whole file. From our own daemon the browser loads it by itself, with the session's cookie; another origin wants the token,
 * which a link cannot carry.
 */
export function DownloadButton({ rolloutId, attemptId }: Props) {
  const backend = useUi((state) => state.backend);
  const [busy, setBusy] = useState(false);
  const path = transcriptPath(rolloutId, attemptId);
  const name = `${rolloutId}-${attemptId}.ndjson`;
  const common = { size: 'compact-xs', variant: 'default' } as const;
  const label = (
    <>
      <IconDownload size={14} aria-hidden />
      <span className={classes.label}>Download</span>
    </>
  );
  if (backend.address === '') {
    return (
      <Button component="a" href={urlOf(backend, path)} download={name} {...common}>
        {label}
      </Button>
    );
  }
  const fetchAll = async () => {
    const refused = (detail: string) => notifications.show({ color: 'red', title: 'The transcript was not downloaded', message: detail });
    setBusy(true);
    try {
      const response = await backendFetch(backend, path);
      if (response.ok) save(await response.blob(), name);
      else refused((await errorOf(response)).detail);
    } catch {
      refused(unreachable(backend.address).detail);
    }
    setBusy(false);
  };
  return (
    <Button loading={busy} onClick={() => void fetchAll()} {...common}>
      {label}
    </Button>
  );
}
