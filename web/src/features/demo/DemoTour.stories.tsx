import type { Meta, StoryObj } from '@storybook/react-vite';
import { answer, refuse } from '../../testing/handlers';
import DemoTour from './DemoTour';
import { story } from './fixtures';

const meta: Meta<typeof DemoTour> = { component: DemoTour, args: { onClosed: () => undefined }, parameters: { at: '/agents' } };

export default meta;
type Story = StoryObj<typeof DemoTour>;

export const Begins: Story = { parameters: { handlers: [answer('get', '/event-log', [])] } };
export const AnAgentHasMoved: Story = { parameters: { handlers: [answer('get', '/event-log', story.slice(0, 3))] } };
export const AllSeen: Story = { parameters: { handlers: [answer('get', '/event-log', story)] } };
export const OnAPhone: Story = { ...AnAgentHasMoved, globals: { viewport: { value: 'phone' } } };
export const NotReadable: Story = {
  parameters: { handlers: [refuse('get', '/event-log', 503, 'Unavailable', 'The store is being repaired.')] },
};
