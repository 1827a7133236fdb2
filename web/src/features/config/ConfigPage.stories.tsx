import type { Meta, StoryObj } from '@storybook/react-vite';
import { delay, http } from 'msw';
import { expect, screen, userEvent, within } from 'storybook/test';
import { refuse } from '../../testing/handlers';
import type { StoryWorld } from '../../testing/storyWorld';
import ConfigPage from './ConfigPage';
import { clean, configuration, emptyModel, FakeDaemon, hostWarning } from './testing/fixtures';
import { objectOf, setAt, type JsonObject } from './model/json';

const meta: Meta<typeof ConfigPage> = { component: ConfigPage, title: 'Config/Page', parameters: { layout: 'padded' } };
export default meta;
type Story = StoryObj<typeof ConfigPage>;

const mine = objectOf(setAt(configuration, ['agent_types', 'reviewer', 'provider_chain', '1', 'model'], 'deepseek-v5'));
const theirs = objectOf(setAt(configuration, ['agent_types', 'reviewer', 'provider_chain', '1', 'model'], 'deepseek-v6'));

function story(world: Partial<StoryWorld> = {}, daemon = new FakeDaemon()): Story {
  return { parameters: { at: '/config', ...world, handlers: [...(world.handlers ?? []), ...daemon.handlers] } satisfies StoryWorld };
}

function withDraft(document: JsonObject, text: string | null = null, etag = '"v1"'): Pick<StoryWorld, 'state'> {
  return { state: { configDraft: { base: { document: configuration, etag }, document, text } } };
}

export const Ready: Story = story();
export const Loading: Story = story({ handlers: [http.get('*/config', () => delay('infinite'))] });
export const Refused: Story = story({
  handlers: [
    refuse('get', '/config', 401, 'Unauthorized', "This call wants the operator's token; `understudyd token` prints the operator's."),
  ],
});
export const NoAgentTypes: Story = story({}, new FakeDaemon({ providers: { anthropic: {} } }));
export const NothingAtAll: Story = story({}, new FakeDaemon({}));
export const Providers: Story = story({ at: '/config?section=providers' });
export const NoProviders: Story = story({ at: '/config?section=providers' }, new FakeDaemon({}));
export const Service: Story = story({ at: '/config?section=service' });
export const WholeFile: Story = story({ at: '/config?section=json' });
export const WholeFileBroken: Story = story({ at: '/config?section=json', ...withDraft(configuration, '{\n  "providers": ,\n}') });
export const WaitsForTheWholeFile: Story = story(withDraft(configuration, '{\n  "providers": ,\n}'));
export const Draft: Story = story(withDraft(mine));
export const Problems: Story = story(
  withDraft(mine),
  new FakeDaemon(configuration, () => ({ errors: [emptyModel], warnings: [hostWarning] })),
);
export const Warnings: Story = story({}, new FakeDaemon(configuration, () => ({ ...clean, warnings: [hostWarning] })));
export const ChangedElsewhere: Story = story(withDraft(mine, null, '"v0"'), new FakeDaemon(theirs));

export const Review: Story = {
  ...story(withDraft(mine)),
  play: async () => {
    const save = await screen.findByTestId('config-save', {}, { timeout: 5000 });
    await screen.findByText('✓ ready to save', {}, { timeout: 5000 });
    await userEvent.click(save);
    await expect(await screen.findByRole('region', { name: 'Changes' })).toBeVisible();
  },
};

const refusing = new FakeDaemon();
refusing.refusal = {
  status: 401,
  title: 'Unauthorized',
  detail: "This call wants the operator's token; `understudyd token` prints the operator's.",
};

export const ReviewRefused: Story = {
  ...story(withDraft(mine), refusing),
  play: async (context) => {
    await Review.play?.(context);
    await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Save' }));
    await screen.findByText(/Sign in to save/, {}, { timeout: 5000 });
  },
};

export const Merge: Story = {
  ...story(withDraft(mine, null, '"v0"'), new FakeDaemon(theirs)),
  play: async () => {
    await userEvent.click(await screen.findByRole('button', { name: 'Merge…' }, { timeout: 5000 }));
    await screen.findByRole('button', { name: '1 to choose' });
  },
};
