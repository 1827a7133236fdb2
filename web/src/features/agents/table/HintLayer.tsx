import { Tooltip } from '@mantine/core';
import { useEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react';

const openAfterMs = 250;

/** One tooltip for every element below it with `data-hint`: a thousand rows cannot afford one each. */
export function HintLayer({ children }: { children: ReactNode }) {
  const [over, setOver] = useState<HTMLElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hide = () => {
    clearTimeout(timer.current);
    setOver(null);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const follow = ({ target }: PointerEvent) => {
    const element = target instanceof Element ? target.closest<HTMLElement>('[data-hint]') : null;
    if (element !== null && element === over) return;
    hide();
    if (element !== null) timer.current = setTimeout(() => setOver(element), openAfterMs);
  };
  return (
    <div onPointerOver={follow} onPointerLeave={hide} onPointerDown={hide} onScrollCapture={hide}>
      {children}
      {over !== null && <Tooltip target={over} opened label={over.dataset['hint']} multiline maw={320} />}
    </div>
  );
}
