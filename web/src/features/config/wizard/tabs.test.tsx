import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { edited } from '../model/json';
import { configuration } from '../testing/fixtures';
import { show } from '../testing/show';
import { AgentTab } from './AgentTab';
import { ContainerTab } from './ContainerTab';
import { InstancesTab } from './InstancesTab';

describe('the container', () => {
  it('offers what its mode knows, and no swarm', async () => {
    const { user, at } = show(<ContainerTab type="reviewer" />);
    expect(screen.getByLabelText(/^Image/)).toHaveValue('reviewer:1');
    expect(screen.queryByRole('radio', { name: 'swarm' })).toBeNull();
    await user.click(screen.getByRole('radio', { name: 'process' }));
    expect(screen.queryByLabelText(/^Image/)).toBeNull();
    await user.click(screen.getByRole('radio', { name: 'host' }));
    expect(screen.queryByLabelText('Start timeout')).toBeNull();
    expect(at('container')).toMatchObject({ mode: 'host', image: 'reviewer:1' });
  });

  it('has an idle time only when it starts on demand', async () => {
    const { user } = show(<ContainerTab type="reviewer" />);
    await user.click(screen.getByRole('switch', { name: /^Start when there is work/ }));
    expect(screen.queryByLabelText('Stop when idle for')).toBeNull();
  });

  it('asks for what a kind of readiness needs, and keeps nothing else', async () => {
    const { user, at } = show(<ContainerTab type="reviewer" />);
    const choose = async (name: RegExp) => {
      await user.click(screen.getByRole('combobox', { name: 'Ready when' }));
      await user.click(screen.getByRole('option', { name }));
    };
    await choose(/^http/);
    await user.type(screen.getByLabelText('Port'), '8080');
    await user.type(screen.getByLabelText('Path'), '/healthz');
    expect(at('container', 'readiness')).toEqual({ kind: 'http', port: 8080, path: '/healthz' });
    await choose(/^tcp/);
    expect(at('container', 'readiness')).toEqual({ kind: 'tcp', port: 8080 });
    await choose(/^nothing/);
    expect(at('container')).not.toHaveProperty('readiness');
  });
});

describe('containment', () => {
  const unfold = (user: ReturnType<typeof show>['user'], name: string) =>
    user.click(screen.getByRole('button', { name: new RegExp(`^${name}`) }));

  it('is folded away until something is set, and takes decimals', async () => {
    const { user, at } = show(<ContainerTab type="reviewer" />);
    expect(screen.queryByLabelText('Processors')).toBeNull();
    await unfold(user, 'Limits');
    await user.type(await screen.findByLabelText('Processors'), '1.5');
    await user.type(screen.getByLabelText('Processes'), '64');
    await user.type(screen.getByLabelText('Output kept'), '0.5');
    expect(at('container')).toMatchObject({ cpus: 1.5, pids_limit: 64, log_max_mb: 0.5 });
    expect(screen.getByText('3 set')).toBeVisible();
  });

  it('tells "all", "none" and a list of dropped capabilities apart', async () => {
    const { user, at } = show(<ContainerTab type="reviewer" />);
    await unfold(user, 'Isolation');
    const choose = async (name: string) => {
      await user.click(await screen.findByRole('combobox', { name: 'Capabilities dropped' }));
      await user.click(screen.getByRole('option', { name }));
    };
    await choose("none but the engine's own choice");
    expect(at('container', 'cap_drop')).toEqual([]);
    await choose('those listed');
    expect(at('container', 'cap_drop')).toEqual(['NET_RAW']);
    await choose('all');
    expect(at('container')).not.toHaveProperty('cap_drop');
    await user.type(screen.getByLabelText('Capabilities added back'), 'CHOWN{Enter}SETUID');
    expect(at('container', 'cap_add')).toEqual(['CHOWN', 'SETUID']);
  });

  it('shows a tmpfs however it is written, and leaves it so until it is changed', async () => {
    const { user, at } = show(
      <ContainerTab type="reviewer" />,
      edited(configuration, ['agent_types', 'reviewer', 'container', 'tmpfs'], { '/tmp': 'size=64m', '/run': '' }),
    );
    const lines = screen.getByLabelText('Directories in memory');
    expect(lines).toHaveValue('/tmp:size=64m\n/run');
    expect(at()).toBeUndefined();
    await user.type(lines, '{Enter}/var/tmp');
    expect(at('container', 'tmpfs')).toEqual(['/tmp:size=64m', '/run', '/var/tmp']);
  });

  it('shows a user that is a number, and takes another', async () => {
    const { user, at } = show(
      <ContainerTab type="reviewer" />,
      edited(configuration, ['agent_types', 'reviewer', 'container', 'user'], 1000),
    );
    const field = screen.getByLabelText('User');
    expect(field).toHaveValue('1000');
    await user.type(field, '1:audio');
    expect(at('container', 'user')).toBe('10001:audio');
    await user.clear(field);
    expect(at('container')).not.toHaveProperty('user');
  });

  it('has graphics cards by number or by name', async () => {
    const { user, at } = show(<ContainerTab type="reviewer" />);
    await unfold(user, 'Limits');
    const choose = async (name: string) => {
      await user.click(await screen.findByRole('combobox', { name: 'Graphics cards' }));
      await user.click(screen.getByRole('option', { name }));
    };
    await choose('all of them');
    expect(at('container', 'gpus')).toBe('all');
    await choose('a number of them');
    expect(at('container', 'gpus')).toBe(1);
    await choose('those named');
    await user.type(screen.getByLabelText('Devices'), '0{Enter}GPU-1');
    expect(at('container', 'gpus')).toEqual(['0', 'GPU-1']);
    await choose('none');
    expect(at('container')).not.toHaveProperty('gpus');
  });

  it('offers a process only what holds for one', async () => {
    const { user, at } = show(
      <ContainerTab type="reviewer" />,
      edited(configuration, ['agent_types', 'reviewer', 'container'], { mode: 'process' }),
    );
    await unfold(user, 'Isolation');
    await user.click(await screen.findByRole('switch', { name: /^A fresh one for each task/ }));
    expect(at('container')).toEqual({ mode: 'process', ephemeral: true });
    expect(screen.queryByLabelText('User')).toBeNull();
  });

  it('keeps instances warm by the hour, and shows what the check says of an hour', async () => {
    const wrong = { path: '/agent_types/reviewer/container/warm/schedule/0/days', reason: 'must be "daily", or days' };
    const { user, at } = show(<ContainerTab type="reviewer" />, configuration, { errors: [wrong], warnings: [] });
    await user.type(screen.getByLabelText('Instances kept started'), '1');
    await user.click(screen.getByRole('button', { name: 'Add hours' }));
    await user.clear(screen.getByLabelText('Days of hours 1'));
    await user.type(screen.getByLabelText('Days of hours 1'), 'sat,sun');
    expect(screen.getByText(wrong.reason)).toBeVisible();
    await user.clear(screen.getByLabelText('Time zone of hours 1'));
    expect(at('container', 'warm')).toEqual({ min: 1, schedule: [{ days: 'sat,sun', from: '08:00', to: '19:00', min: 1 }] });
    await user.click(screen.getByRole('button', { name: 'Remove hours 1' }));
    expect(at('container', 'warm')).toEqual({ min: 1 });
  });
});

describe('the agent', () => {
  it('may be silent for so long, unless somebody else runs it', async () => {
    const { user, at } = show(<AgentTab type="reviewer" />);
    await user.type(screen.getByLabelText('Silence while a call is unanswered'), '0');
    expect(at('agent', 'silence_s')).toBe(0);
    await user.click(screen.getByRole('combobox', { name: 'Adapter' }));
    await user.click(screen.getByRole('option', { name: /^external/ }));
    expect(screen.queryByLabelText('Silence while a call is unanswered')).toBeNull();
  });

  it('takes its command a word a line, or as JSON', async () => {
    const { user, at } = show(<AgentTab type="reviewer" />);
    const command = screen.getByLabelText('Command');
    await user.type(command, 'claude{Enter}-p{Enter}two words');
    expect(at('agent', 'command')).toEqual(['claude', '-p', 'two words']);
    await user.clear(command);
    expect(at('agent')).not.toHaveProperty('command');
    await user.click(command);
    await user.paste('["a", "b\\nc"]');
    expect(at('agent', 'command')).toEqual(['a', 'b\nc']);
  });

  it('never shows a secret, and sends its mask back', async () => {
    const { user, at } = show(<AgentTab type="reviewer" />);
    expect(screen.getByLabelText('Value of GIT_AUTHOR_NAME')).toHaveAttribute('type', 'password');
    await user.click(screen.getByRole('button', { name: 'Add a variable' }));
    const names = screen.getAllByRole('textbox', { name: 'Variable' });
    const added = names.at(-1);
    if (added === undefined) throw new Error('no row');
    await user.clear(added);
    await user.type(added, 'TOKEN');
    await user.tab();
    await user.type(screen.getByLabelText('Value of TOKEN'), 'sk-123');
    expect(at('agent', 'env')).toEqual({ GIT_AUTHOR_NAME: '•••', TOKEN: 'sk-123' });
    await user.click(screen.getByRole('button', { name: 'Remove GIT_AUTHOR_NAME' }));
    expect(at('agent', 'env')).toEqual({ TOKEN: 'sk-123' });
  });

  it('does not take a name that no variable can have', async () => {
    const { user, at } = show(<AgentTab type="reviewer" />);
    await user.type(screen.getByRole('textbox', { name: 'Variable' }), '-X');
    expect(screen.getByText('Letters, digits and _, not beginning with a digit')).toBeVisible();
    await user.tab();
    expect(at()).toBeUndefined();
  });
});

describe('instances', () => {
  it('are added under the name of their type', async () => {
    const { user, at } = show(<InstancesTab type="reviewer" />);
    await user.click(screen.getByRole('button', { name: 'Add an instance' }));
    const name = screen.getByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'b{Enter}');
    expect(screen.getByText('b already exists.')).toBeVisible();
    await user.clear(name);
    await user.type(name, 'night');
    expect(screen.getByText('The agent is called reviewer-night.')).toBeVisible();
    await user.keyboard('{Enter}');
    expect(at('instances')).toEqual(['default', 'b', 'night']);
    expect(screen.queryByRole('link', { name: 'reviewer-night' })).toBeNull();
  });

  it('lead to their agents', () => {
    show(<InstancesTab type="reviewer" />);
    expect(screen.getByRole('link', { name: 'reviewer-default' })).toHaveAttribute('href', '/agents/reviewer-default');
  });

  it('are deleted after saying what runs', async () => {
    const { user, at } = show(<InstancesTab type="reviewer" />);
    await user.click(screen.getByRole('button', { name: 'Delete reviewer-default' }));
    expect(await screen.findByText(/reviewer-default is busy with ro-41f7c2e9ab03/)).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    expect(at('instances')).toEqual(['b']);
  });
});
