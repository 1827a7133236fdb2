import { SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { ChoiceField } from '../fields/ChoiceField';
import { ListField } from '../fields/ListField';
import { NumberField } from '../fields/NumberField';
import { SwitchField } from '../fields/SwitchField';
import { TextField } from '../fields/TextField';

const windows = ['1h', '5h', '24h', '7d', '30d'].map((value) => ({ value, label: value }));
const gate = [
  { value: 'open', label: 'open on loopback' },
  { value: 'token', label: 'needs a token' },
];
const shutdown = [
  { value: 'stop_idle', label: 'stop idle ones, adopt busy ones later' },
  { value: 'leave_all', label: 'leave all running' },
  { value: 'stop_all', label: 'stop all' },
];
const logs = [
  { value: 'text', label: 'text' },
  { value: 'json', label: 'JSON, one object per line' },
];

/** The daemon itself. */
export function Service() {
  const at = (...keys: string[]) => ['service', ...keys];
  return (
    <Stack>
      <div>
        <Title order={2} size="h4">
          Service
        </Title>
        <Text size="sm" c="dimmed">
          The daemon itself. Empty fields keep their defaults. Your own rules for classifying failures are in the whole file.
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <ChoiceField
          path={at('usage_window')}
          label="Usage window"
          description="The period over which tokens are counted against thresholds."
          byDefault="5h"
          choices={[...windows, { value: 'all', label: 'all: token budgets are off' }]}
        />
        <ChoiceField
          path={at('shutdown')}
          label="When the daemon stops"
          description="What happens to containers."
          byDefault="stop_idle"
          choices={shutdown}
        />
        <ChoiceField path={at('auth', 'reads')} label="Reading" byDefault="open" choices={gate} />
        <ChoiceField path={at('auth', 'store')} label="Rollout store" byDefault="open" choices={gate} />
        <NumberField path={at('retention', 'events_days')} label="Keep events for" byDefault="30" unit="days" />
        <NumberField path={at('retention', 'rollouts_days')} label="Keep finished rollouts for" byDefault="90" unit="days" />
        <NumberField
          path={at('parallel_starts')}
          label="Containers starting at once"
          description="0: the number of cores, at least 2."
          byDefault="0"
        />
        <SwitchField
          path={at('share_health')}
          label="Share what is learned about providers"
          description="A failure that one agent sees spares all others with the same key. Off: each agent learns for itself."
          byDefault
        />
        <ChoiceField path={at('log_format')} label="Log format" byDefault="text" choices={logs} />
        <TextField
          path={at('listen')}
          label="Listen"
          description="ADDRESS:PORT. Beyond loopback everything needs the token."
          placeholder="127.0.0.1:8787"
        />
        <TextField path={at('state_dir')} label="State directory" description="Database, env files, spools, token; an absolute path." />
        <ListField
          path={at('allowed_origins')}
          label="Allowed origins"
          description="Web origins that may call the API from a browser, one per line."
        />
        <ListField path={at('allowed_hosts')} label="Allowed hosts" description="Other names of this daemon, one per line." />
        <TextField path={at('runtimes', 'docker', 'host')} label="Docker socket" placeholder="DOCKER_HOST, then /var/run/docker.sock" />
      </SimpleGrid>
    </Stack>
  );
}
