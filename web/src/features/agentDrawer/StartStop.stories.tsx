import type { Meta, StoryObj } from '@storybook/react-vite';
import type { LifecycleState } from '../../api/types';
import { agent, metrics } from '../../testing/fixtures';
import classes from './AgentDrawer.module.css';
import { StartStop, StopRefused } from './StartStop';

function In({ state }: { state: LifecycleState }) {
  return (
    <div className={classes.facts}>
      <span>{state}</span>
      <StartStop agent={agent('reviewer-default', { state: { lifecycle_state: state, lifecycle_metrics: metrics } })} />
    </div>
  );
}

const meta: Meta<typeof In> = { component: In };

export default meta;
type Story = StoryObj<typeof In>;

export const Stopped: Story = { args: { state: 'stopped' } };
export const Busy: Story = { args: { state: 'busy' } };
export const Stopping: Story = { args: { state: 'stopping' } };
export const StopWasRefused: StoryObj = {
  render: () => (
    <StopRefused
      problem={{
        status: 409,
        title: 'Conflict',
        detail: 'reviewer-default runs ro-41f7c2e9ab03; ?force=1 stops it all the same.',
        errors: [],
      }}
      isStopping={false}
      onForce={() => undefined}
      onLeave={() => undefined}
    />
  ),
};
