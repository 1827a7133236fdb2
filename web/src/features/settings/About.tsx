import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useGetHealthQuery } from '../../api/fleetApi';
import type { Health } from '../../api/types';
import { duration } from '../../shared/format';
import { ProblemAlert } from '../../shared/ProblemAlert';
import { useRefreshMs, useTour } from '../../shared/state';

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w="34%" fw={500}>
        {name}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

/** A state in words; anything but `ok` also has a glyph. */
function State({ text }: { text: string }) {
  return text === 'ok' ? <>● ok</> : <Text span size="sm" c="var(--mantine-color-error)">{`✕ ${text}`}</Text>;
}

function counted(lines: number): string {
  return lines === 1 ? '1 line' : `${lines.toLocaleString('en')} lines`;
}

function DemoRow() {
  const [isClosed, setClosed] = useTour();
  return (
    <Row name="Demo">
      <Group gap="sm">
        providers that fail as scripted
        {isClosed && (
          <Button size="compact-xs" variant="default" onClick={() => setClosed(false)}>
            Show the tour
          </Button>
        )}
      </Group>
    </Row>
  );
}

function AboutTable({ health }: { health: Health }) {
  return (
    <Table aria-label="About the daemon" variant="vertical" layout="auto">
      <Table.Tbody>
        <Row name="Status">
          <State text={health.status} />
        </Row>
        <Row name="Version">{health.version}</Row>
        {health.demo && <DemoRow />}
        <Row name="TLS">
          {health.tls ? (
            '● yes'
          ) : health.exposed_without_tls ? (
            <State text="no, and it listens beyond its own machine" />
          ) : (
            'no, and it listens only on its own machine'
          )}
        </Row>
        <Row name="Up for">{duration(health.uptime_s * 1000)}</Row>
        <Row name="Store">
          <State text={health.store} />
        </Row>
        {health.log_dropped > 0 && (
          <Row name="Log">
            <State text={`${counted(health.log_dropped)} dropped since the start: the reader of the log cannot keep up`} />
          </Row>
        )}
        {health.few_open_files && (
          <Row name="Open files">
            <State text="few for a fleet of this size: raise the hard limit (LimitNOFILE=); the log says how far" />
          </Row>
        )}
        {Object.entries(health.runtimes).map(([runtime, state]) => (
          <Row key={runtime} name={`Runtime ${runtime}`}>
            <State text={state} />
          </Row>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** The daemon in a few words, from GET /health. */
export function About() {
  const { data, error, refetch } = useGetHealthQuery(undefined, { pollingInterval: useRefreshMs(), skipPollingIfUnfocused: true });
  return (
    <>
      {error !== undefined && (
        <ProblemAlert what="The health of the daemon could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {data === undefined ? error === undefined && <Skeleton h={160} /> : <AboutTable health={data} />}
    </>
  );
}
