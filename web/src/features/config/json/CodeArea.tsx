import { useEffect, useMemo, useRef } from 'react';
import classes from './CodeArea.module.css';

interface Props {
  label: string;
  value: string;
  /** The line (from 1) with an error. */
  wrong: number | null;
  /** The line to show and select. */
  goTo: number | null;
  onChange: (value: string) => void;
}

/** A plain text area with line numbers that scroll along. */
export function CodeArea({ label, value, wrong, goTo, onChange }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const count = useMemo(() => value.split('\n').length, [value]);

  useEffect(() => {
    const element = area.current;
    if (element === null || goTo === null) return;
    const lines = element.value.split('\n');
    const from = lines.slice(0, goTo - 1).reduce((sum, line) => sum + line.length + 1, 0);
    element.focus();
    element.setSelectionRange(from, from + (lines[goTo - 1]?.length ?? 0));
    element.scrollTop = (element.scrollHeight / lines.length) * Math.max(0, goTo - 6);
  }, [goTo]);

  return (
    <div className={classes.frame}>
      <div className={classes.numbers} ref={numbers} aria-hidden>
        {Array.from({ length: count }, (_, i) => (
          <div key={i} data-wrong={i + 1 === wrong || undefined}>
            {i + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        className={classes.area}
        aria-label={label}
        aria-invalid={wrong !== null}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        wrap="off"
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        onScroll={({ currentTarget }) => {
          if (numbers.current) numbers.current.scrollTop = currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
