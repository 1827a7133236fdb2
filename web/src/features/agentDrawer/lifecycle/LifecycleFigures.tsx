import { SimpleGrid, Text } from '@mantine/core';
import type { LifecycleMetrics } from '../../../api/types';
import { count, duration, milliseconds } from '../../../shared/format';

interface Figure {
  label: string;
  value: string;
  isBad?: boolean;
}

function orDash(ms: number | null | undefined): string {
  return ms == null ? '–' : milliseconds(ms);
}

function failures(label: string, value: number): Figure {
  return { label, value: value > 0 ? `✕ ${count(value)}` : '0', isBad: value > 0 };
}

function Figures({ figures, label }: { figures: Figure[]; label: string }) {
  return (
    <SimpleGrid component="dl" cols={{ base: 2, xs: 4 }} spacing="xs" verticalSpacing="xs" m={0} aria-label={label}>
      {figures.map(({ label: name, value, isBad }) => (
        <div key={name}>
          <Text component="dt" size="xs" c="dimmed">
            {name}
          </Text>
          <Text
            component="dd"
            m={0}
            fw={600}
            c={isBad === true ? 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-5))' : undefined}
          >
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}

export function ColdStartFigures({ metrics: { cold_start_ms } }: { metrics: LifecycleMetrics }) {
  return (
    <Figures
      label="Cold start"
      figures={[
        { label: 'p50', value: orDash(cold_start_ms.p50) },
        { label: 'p95', value: orDash(cold_start_ms.p95) },
        { label: 'max', value: orDash(cold_start_ms.max) },
        { label: 'last', value: orDash(cold_start_ms.last) },
      ]}
    />
  );
}

export function CountFigures({ metrics }: { metrics: LifecycleMetrics }) {
  return (
    <Figures
      label="Since the first start"
      figures={[
        { label: 'starts', value: count(metrics.starts) },
        { label: 'stops', value: count(metrics.stops) },
        failures('failed starts', metrics.start_failures),
        failures('failed stops', metrics.stop_failures),
        failures('crashes', metrics.crashes),
        { label: 'idle in total', value: duration(metrics.idle_seconds_total * 1000) },
      ]}
    />
  );
}
