import { Alert, Input, SegmentedControl, SimpleGrid, Stack, Title } from '@mantine/core';
import type { Agent } from '../../../api/types';
import { textOf, type Path } from '../model/json';
import { inputOrder, useField } from '../fields/editing';
import { ChoiceField } from '../fields/ChoiceField';
import { ListField } from '../fields/ListField';
import { NumberField } from '../fields/NumberField';
import { SwitchField } from '../fields/SwitchField';
import { TextField } from '../fields/TextField';
import { Isolation } from './Isolation';
import { KeepWarm } from './KeepWarm';
import { Limits } from './Limits';
import { Mounts } from './Mounts';
import { Readiness } from './Readiness';

const modes: Record<Agent['mode'], string> = {
  host: 'Runs in your own environment, with your own logins. It has no lifecycle: nothing is started or stopped, and failover changes nothing in it.',
  process: 'A child process group of the daemon, with an environment made from scratch for each tier.',
  docker: 'A container of an image that is on the engine; nothing is pulled.',
};

function Mode({ path }: { path: Path }) {
  const { id, value, set, error } = useField(path);
  const mode = textOf(value) === '' ? 'process' : textOf(value);
  return (
    <Input.Wrapper
      label="Mode"
      labelElement="div"
      description={mode in modes ? modes[mode as Agent['mode']] : undefined}
      error={error}
      inputWrapperOrder={inputOrder}
      id={id}
      tabIndex={-1}
    >
      <div>
        <SegmentedControl aria-label="Mode" data={[...Object.keys(modes), ...(mode in modes ? [] : [mode])]} value={mode} onChange={set} />
      </div>
    </Input.Wrapper>
  );
}

function Lifecycle({ path, lazy }: { path: Path; lazy: boolean }) {
  return (
    <>
      <SwitchField
        path={[...path, 'lazy']}
        label="Start when there is work"
        description="Off: started with the daemon, and again whenever it dies."
        byDefault
      />
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }}>
        {lazy && (
          <>
            <NumberField
              path={[...path, 'idle_stop_min']}
              label="Stop when idle for"
              description="0: never."
              byDefault="10"
              unit="min"
              decimals
            />
            <NumberField path={[...path, 'min_up_s']} label="Stay up at least" byDefault="60, or the idle time" unit="s" decimals />
          </>
        )}
        <NumberField
          path={[...path, 'start_timeout_s']}
          label="Start timeout"
          description="Until it must be ready."
          byDefault="60"
          unit="s"
          decimals
        />
        <NumberField
          path={[...path, 'stop_grace_s']}
          label="Stop grace"
          description="From TERM to KILL."
          byDefault="10"
          unit="s"
          decimals
        />
        <NumberField
          path={[...path, 'drain_deadline_min']}
          label="Drain deadline"
          description="How long a running task may hold up a change."
          byDefault="30"
          unit="min"
          decimals
        />
        <ChoiceField
          path={[...path, 'drain_policy']}
          label="At that deadline"
          byDefault="wait"
          choices={[
            { value: 'wait', label: 'keep waiting' },
            { value: 'force', label: 'interrupt and requeue' },
          ]}
        />
      </SimpleGrid>
    </>
  );
}

/** Where the agents of the type live; only the settings of their mode are shown. */
export function ContainerTab({ type }: { type: string }) {
  const path = ['agent_types', type, 'container'];
  const mode = textOf(useField([...path, 'mode']).value);
  const lazy = useField([...path, 'lazy']).value !== false;
  if (mode === 'host')
    return (
      <Stack>
        <Mode path={[...path, 'mode']} />
        <TextField path={[...path, 'workdir']} label="Working directory" description="Where tasks run; an absolute path." />
        <Alert color="gray" variant="light">
          There is nothing else to configure for an agent in your own environment.
        </Alert>
      </Stack>
    );
  return (
    <Stack>
      <Mode path={[...path, 'mode']} />
      {mode === 'docker' && (
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextField path={[...path, 'image']} label="Image" placeholder="reviewer:1" required />
          <TextField path={[...path, 'network']} label="Network" placeholder="bridge" />
          <NumberField path={[...path, 'memory_mb']} label="Memory limit" byDefault="none" unit="MiB" />
        </SimpleGrid>
      )}
      <ListField
        path={[...path, 'command']}
        label="Command"
        description={`The long-lived main process, one word per line. Empty: ${mode === 'docker' ? "the image's own, or " : ''}one that only waits.`}
      />
      <TextField
        path={[...path, 'workdir']}
        label="Working directory"
        description="Where tasks run; an absolute path."
        placeholder={mode === 'docker' ? "the image's" : '<state_dir>/agents/<instance>/work'}
      />
      {mode === 'docker' && <Mounts path={[...path, 'mounts']} />}
      <Title order={3} size="h5" mt="xs">
        Lifecycle
      </Title>
      <Lifecycle path={path} lazy={lazy} />
      <Readiness path={[...path, 'readiness']} />
      <Limits path={path} docker={mode === 'docker'} />
      <Isolation path={path} docker={mode === 'docker'} />
      {lazy && <KeepWarm path={path} />}
    </Stack>
  );
}
