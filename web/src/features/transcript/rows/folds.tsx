import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';

interface Folds {
  levels: ReadonlyMap<string, number>;
  set: (key: string, level: number) => void;
}

export const FoldsContext = createContext<Folds>({ levels: new Map(), set: () => undefined });

/** What is unfolded, and how far. Kept here, because rows come and go as one scrolls. */
export function FoldsProvider({ onTouch, children }: { onTouch?: () => void; children: ReactNode }) {
  const [levels, setLevels] = useState<ReadonlyMap<string, number>>(new Map());
  const folds = useMemo(
    () => ({
      levels,
      set: (key: string, level: number) => {
        onTouch?.();
        setLevels((known) => new Map(known).set(key, level));
      },
    }),
    [levels, onTouch],
  );
  return <FoldsContext value={folds}>{children}</FoldsContext>;
}

/** 0 is folded. */
export function useFold(key: string): [number, (level: number) => void] {
  const { levels, set } = useContext(FoldsContext);
  return [levels.get(key) ?? 0, (level) => set(key, level)];
}
