import { lazy, Suspense } from 'react';
import { DrawnTable, type TableProps } from './DrawnTable';

const WindowedTable = lazy(async () => ({ default: (await import('./WindowedTable')).WindowedTable }));

/** As many rows as a page draws without windowing. */
const drawAll = 60;

export function AgentsTable(props: TableProps) {
  if (props.agents.length <= drawAll) return <DrawnTable {...props} />;
  return (
    <Suspense fallback={<DrawnTable {...props} agents={props.agents.slice(0, drawAll)} />}>
      <WindowedTable {...props} />
    </Suspense>
  );
}
