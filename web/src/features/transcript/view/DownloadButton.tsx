import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { backendFetch } from '../../../api/backend';
import { errorOf, unreachable } from '../../../api/problem';
import { saveFile } from '../../../shared/saveFile';
import { useUi } from '../../../shared/state';
import { transcriptPath } from '../load/fetchRange';
import classes from './view.module.css';

interface Props {
  rolloutId: string;
  attemptId: string;
}

/** The whole file. It is fetched, because a link carries neither the session's secret nor a token. */
export function DownloadButton({ rolloutId, attemptId }: Props) {
  const backend = useUi((state) => state.backend);
  const [busy, setBusy] = useState(false);
  const fetchAll = async () => {
    const refused = (detail: string) => notifications.show({ color: 'red', title: 'The transcript was not downloaded', message: detail });
    setBusy(true);
    try {
      const response = await backendFetch(backend, transcriptPath(rolloutId, attemptId));
      if (response.ok) saveFile(await response.blob(), `${rolloutId}-${attemptId}.ndjson`);
      else refused((await errorOf(response)).detail);
    } catch {
      refused(unreachable(backend.address).detail);
    }
    setBusy(false);
  };
  return (
    <Button size="compact-xs" variant="default" loading={busy} onClick={() => void fetchAll()}>
      <IconDownload size={14} aria-hidden />
      <span className={classes.label}>Download</span>
    </Button>
  );
}
