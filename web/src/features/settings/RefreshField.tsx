import { Input, SegmentedControl } from '@mantine/core';
import { refreshChoices, useRefresh } from '../../shared/state';

const labels: Record<(typeof refreshChoices)[number], string> = { 0: 'Off', 5: '5 s', 15: '15 s', 60: '1 min', 300: '5 min' };

/** How often to poll what the event stream does not cover. */
export function RefreshField() {
  const [seconds, setSeconds] = useRefresh();
  return (
    <Input.Wrapper
      label="Refresh"
      labelElement="div"
      description="Agents, tasks and failovers are shown at once; this is for the rest: workers, resources, spans, health."
    >
      <div>
        <SegmentedControl
          mt={6}
          aria-label="Refresh"
          data={refreshChoices.map((choice) => ({ value: String(choice), label: labels[choice] }))}
          value={String(seconds)}
          onChange={(value) => setSeconds(refreshChoices.find((choice) => String(choice) === value) ?? 0)}
        />
      </div>
    </Input.Wrapper>
  );
}
