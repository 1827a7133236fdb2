import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { useFold } from './folds';
import classes from './rows.module.css';

interface Props {
  foldKey: string;
  /** One line; inside a button, so without headings or controls. */
  head: ReactNode;
  /** Part of a row that has its own heading. */
  minor?: boolean;
  /** Drawn when it is open. */
  children: () => ReactNode;
}

export function Fold({ foldKey, head, minor = false, children }: Props) {
  const [level, setLevel] = useFold(foldKey);
  const open = level > 0;
  const id = useId();
  const Frame = minor ? 'div' : 'h3';
  return (
    <>
      <Frame className={classes.foldFrame}>
        <UnstyledButton
          className={classes.foldHead}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setLevel(open ? 0 : 1)}
        >
          <IconChevronRight size={14} className={classes.chevron} data-open={open} aria-hidden />
          {head}
        </UnstyledButton>
      </Frame>
      {open && (
        <div id={id} className={classes.foldBody}>
          {children()}
        </div>
      )}
    </>
  );
}
