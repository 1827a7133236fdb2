import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';

const pages: Record<string, string> = {
  a: '/agents',
  p: '/providers',
  r: '/rollouts',
  e: '/resources',
  t: '/traces',
  u: '/runners',
  c: '/config',
  s: '/settings',
};

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Rows that j and k walk carry `data-row` and can take the focus. */
function walkRows(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** `/`, `j`, `k`, `g a` …; never while someone types or a dialog is open. */
export function useShortcuts(showHelp: () => void): void {
  const navigate = useNavigate();
  const goes = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || event.defaultPrevented) return;
      if (document.querySelector('[role=dialog]')) return;
      const gone = Date.now() - goes.current < 1500;
      goes.current = 0;
      const page = gone ? pages[event.key] : undefined;
      if (page !== undefined) void navigate(page);
      else if (event.key === 'g') goes.current = Date.now();
      else if (event.key === '?') showHelp();
      else if (event.key === '/') document.querySelector<HTMLElement>('input[type=search]')?.focus();
      else if (event.key === 'j' || event.key === 'k') walkRows(event.key === 'j' ? 1 : -1);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, showHelp]);
}
