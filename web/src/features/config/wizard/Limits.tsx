import { SimpleGrid } from '@mantine/core';
import { gpusKind, gpusOfKind, limits, type Gpus } from '../model/contained';
import type { Path } from '../model/json';
import { useField } from '../fields/editing';
import { ChoiceSelect } from '../fields/ChoiceField';
import { ListField } from '../fields/ListField';
import { NumberField } from '../fields/NumberField';
import { Fold } from './Fold';

const kinds: { value: Gpus; label: string }[] = [
  { value: 'none', label: 'none' },
  { value: 'all', label: 'all of them' },
  { value: 'some', label: 'a number of them' },
  { value: 'devices', label: 'those named' },
];

function GraphicsCards({ path }: { path: Path }) {
  const { id, value, set, error } = useField(path);
  const kind = gpusKind(value);
  return (
    <>
      <ChoiceSelect
        id={kind === 'some' || kind === 'devices' ? `${id}:kind` : id}
        label="Graphics cards"
        choices={kinds}
        value={kind}
        error={kind === 'some' || kind === 'devices' ? null : error}
        onChange={(next) => set(gpusOfKind(kinds.find((each) => each.value === next)?.value ?? 'none'))}
      />
      {kind === 'some' && <NumberField path={path} label="How many" />}
      {kind === 'devices' && <ListField path={path} label="Devices" description="One id per line: 0, or GPU-…" whenEmpty={[]} />}
    </>
  );
}

/** The resources of its host that a container may use. */
export function Limits({ path, docker }: { path: Path; docker: boolean }) {
  return (
    <Fold title="Limits" path={path} keys={docker ? limits : ['log_max_mb']}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {docker && (
          <>
            <NumberField path={[...path, 'cpus']} label="Processors" description="0: no limit." byDefault="no limit" decimals />
            <NumberField path={[...path, 'pids_limit']} label="Processes" description="Threads count. 0: no limit." byDefault="512" />
          </>
        )}
        <NumberField
          path={[...path, 'log_max_mb']}
          label="Output kept"
          description="Of the main process. 0: all."
          byDefault="20"
          unit="MiB"
          decimals
        />
        {docker && <GraphicsCards path={[...path, 'gpus']} />}
      </SimpleGrid>
    </Fold>
  );
}
