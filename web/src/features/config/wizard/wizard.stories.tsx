import type { Meta, StoryObj } from '@storybook/react-vite';
import { refuse } from '../../../testing/handlers';
import type { StoryWorld } from '../../../testing/storyWorld';
import { EditingWorld } from '../testing/EditingWorld';
import { clean, configuration, emptyModel, FakeDaemon, negativeThreshold } from '../testing/fixtures';
import { edited, objectOf, setAt, type Json } from '../model/json';
import { AgentTab } from './AgentTab';
import { ChainEditor } from './ChainEditor';
import { ContainerTab } from './ContainerTab';
import { FailoverBlock } from './FailoverBlock';
import { InstancesTab } from './InstancesTab';

const world: StoryWorld = { handlers: new FakeDaemon().handlers };

const meta: Meta<typeof EditingWorld> = { component: EditingWorld, title: 'Config/Wizard', parameters: world };
export default meta;
type Story = StoryObj<typeof EditingWorld>;

const reviewer = (path: string[], value: Json) => objectOf(setAt(configuration, ['agent_types', 'reviewer', ...path], value));

export const Chain: Story = { args: { children: <ChainEditor type="reviewer" /> } };
export const ChainOfOne: Story = { args: { children: <ChainEditor type="writer" /> } };
export const ChainOfThree: Story = {
  args: {
    document: reviewer(
      ['provider_chain'],
      [
        { provider: 'anthropic', model: 'claude-opus-4-7' },
        { provider: 'deepseek', model: 'deepseek-v4-pro' },
        { provider: 'ollama', model: 'qwen3-coder' },
      ],
    ),
    children: <ChainEditor type="reviewer" />,
  },
};
export const ChainWithAnError: Story = {
  args: {
    document: reviewer(['provider_chain', '1', 'model'], ''),
    problems: { ...clean, errors: [emptyModel] },
    children: <ChainEditor type="reviewer" />,
  },
};
export const ChainWithoutAList: Story = {
  args: { children: <ChainEditor type="reviewer" /> },
  parameters: { handlers: [refuse('get', '/agents/models', 502, 'Bad Gateway', 'anthropic answered 401.')] } satisfies StoryWorld,
};

export const Failover: Story = { args: { children: <FailoverBlock type="reviewer" /> } };
export const FailoverByKind: Story = {
  args: {
    document: reviewer(['failover', 'cooldown_min'], { default: 60, rate_limit: 0.5, quota: -1 }),
    problems: { ...clean, errors: [{ path: '/agent_types/reviewer/failover/cooldown_min/quota', reason: 'must be positive, got -1' }] },
    children: <FailoverBlock type="reviewer" />,
  },
};
export const FailoverOff: Story = {
  args: {
    document: edited(configuration, ['agent_types', 'reviewer', 'failover'], undefined),
    children: <FailoverBlock type="reviewer" />,
  },
};
export const FailoverOfOne: Story = { args: { children: <FailoverBlock type="writer" /> } };
export const TokenBudget: Story = {
  args: { document: reviewer(['failover'], {}), children: <FailoverBlock type="reviewer" /> },
};
export const TokenBudgetWrong: Story = {
  args: {
    document: reviewer(['usage_threshold_tokens'], -5),
    problems: { ...clean, errors: [negativeThreshold] },
    children: <FailoverBlock type="reviewer" />,
  },
};

export const Docker: Story = { args: { children: <ContainerTab type="reviewer" /> } };
export const Process: Story = { args: { document: reviewer(['container'], {}), children: <ContainerTab type="reviewer" /> } };
export const Host: Story = { args: { document: reviewer(['container'], { mode: 'host' }), children: <ContainerTab type="reviewer" /> } };
export const Probe: Story = {
  args: {
    document: reviewer(['container', 'readiness'], { kind: 'http', port: 8080, path: '/healthz' }),
    children: <ContainerTab type="reviewer" />,
  },
};

export const Contained: Story = {
  args: {
    document: reviewer(['container'], {
      mode: 'docker',
      image: 'reviewer:1',
      cpus: 1.5,
      pids_limit: 64,
      user: '1000:1000',
      cap_drop: ['NET_RAW'],
      cap_add: ['CHOWN'],
      read_only: true,
      tmpfs: { '/tmp': 'size=512m,exec', '/run': '' },
      gpus: ['0'],
      ephemeral: true,
      log_max_mb: 0.5,
    }),
    children: <ContainerTab type="reviewer" />,
  },
};
export const Warm: Story = {
  args: {
    document: reviewer(['container', 'warm'], {
      min: 1,
      schedule: [{ days: 'mon-fri', from: '08:00', to: '19:00', zone: 'Europe/Zagreb', min: 2 }],
    }),
    problems: { ...clean, errors: [{ path: '/agent_types/reviewer/container/warm/schedule/0/to', reason: "must differ from 'from'" }] },
    children: <ContainerTab type="reviewer" />,
  },
};

export const ClaudeCode: Story = { args: { children: <AgentTab type="reviewer" /> } };
export const External: Story = { args: { document: reviewer(['agent'], { adapter: 'external' }), children: <AgentTab type="reviewer" /> } };

export const Instances: Story = { args: { children: <InstancesTab type="reviewer" /> } };
export const InstancesTwice: Story = {
  args: {
    document: reviewer(['instances'], ['default', 'b', 'b']),
    problems: { ...clean, errors: [{ path: '/agent_types/reviewer/instances/2', reason: "'b' is there twice" }] },
    children: <InstancesTab type="reviewer" />,
  },
};
