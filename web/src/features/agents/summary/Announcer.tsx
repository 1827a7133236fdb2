import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Agent } from '../../../api/types';
import { announcement, providerChanges } from './announce';

const gatherMs = 4000;

/** Announces each provider change once, politely, and at most every few seconds. */
export function Announcer({ agents }: { agents: Agent[] }) {
  const [text, setText] = useState('');
  const before = useRef(agents);
  const pending = useRef(new Map<string, string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    for (const change of providerChanges(before.current, agents)) pending.current.set(change.slice(0, change.indexOf(':')), change);
    before.current = agents;
    if (pending.current.size === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setText(announcement([...pending.current.values()]));
      pending.current.clear();
    }, gatherMs);
  }, [agents]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return (
    <VisuallyHidden>
      <div role="status" aria-live="polite" data-testid="provider-announcements">
        {text}
      </div>
    </VisuallyHidden>
  );
}
