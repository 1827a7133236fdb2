import { configure, fireEvent, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { renderWithStore } from '../../../testing/render';
import { answer, refuse } from '../../../testing/handlers';
import { server } from '../../../testing/server';
import { EditingWorld } from '../testing/EditingWorld';
import { emptyModel, clean, configuration } from '../testing/fixtures';
import { getAt, type JsonObject } from '../model/json';
import { ChainEditor } from './ChainEditor';

// Whole pages in jsdom on a machine that has other things to do.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

function show(type = 'reviewer', problems = clean) {
  const onDocument = vi.fn<(document: JsonObject) => void>();
  const view = renderWithStore(
    <EditingWorld onDocument={onDocument} problems={problems}>
      <ChainEditor type={type} />
    </EditingWorld>,
  );
  const chain = () => getAt(onDocument.mock.lastCall?.[0], ['agent_types', type, 'provider_chain']);
  return { ...view, chain };
}

const models = () => screen.getAllByRole<HTMLInputElement>('combobox', { name: /^Model/ }).map(({ value }) => value);
const anthropic = { provider: 'anthropic', model: 'claude-opus-4-7' };
const deepseek = { provider: 'deepseek', model: 'deepseek-v4-pro' };

describe('the chain editor', () => {
  beforeEach(() => server.use(answer('get', '/agents/models', { models: ['claude-opus-4-7', 'claude-sonnet-4-6'] })));

  it('shows each tier with its number', () => {
    show();
    expect(within(screen.getByTestId('chain-row-0')).getByText('①')).toBeVisible();
    expect(within(screen.getByTestId('chain-row-1')).getByText('②')).toBeVisible();
    expect(screen.queryByTestId('chain-row-2')).toBeNull();
    expect(models()).toEqual(['claude-opus-4-7', 'deepseek-v4-pro']);
  });

  it('changes the order, and the keyboard stays with the tier that moved', async () => {
    const { user, chain } = show();
    await user.click(screen.getByRole('button', { name: 'Move up tier 2' }));
    expect(chain()).toEqual([deepseek, anthropic]);
    expect(models()).toEqual(['deepseek-v4-pro', 'claude-opus-4-7']);
    expect(screen.getByRole('button', { name: 'Move down tier 1' })).toHaveFocus();
    expect(screen.getByRole('status')).toHaveTextContent('deepseek-v4-pro is tier 1 of 2 now');
  });

  it('moves neither the first up nor the last down', () => {
    show();
    expect(screen.getByRole('button', { name: 'Move up tier 1' })).toBeDisabled();
    expect(screen.getByRole('button', { name: 'Move down tier 2' })).toBeDisabled();
  });

  it('is ordered by dragging too', () => {
    const { chain } = show();
    const held = new Map<string, string>();
    const dataTransfer = {
      setData: (type: string, data: string) => held.set(type, data),
      getData: (type: string) => held.get(type) ?? '',
      get types() {
        return [...held.keys()];
      },
      effectAllowed: 'none',
    };
    const grip = screen.getByTestId('chain-row-1').querySelector('[draggable=true]');
    if (grip === null) throw new Error('nothing to drag');
    fireEvent.dragStart(grip, { dataTransfer });
    fireEvent.dragOver(screen.getByTestId('chain-row-0'), { dataTransfer });
    fireEvent.drop(screen.getByTestId('chain-row-0'), { dataTransfer });
    expect(chain()).toEqual([deepseek, anthropic]);
  });

  it('grows to three tiers and no further', async () => {
    const { user, chain } = show();
    await user.click(screen.getByRole('button', { name: 'Add a tier' }));
    expect(chain()).toEqual([anthropic, deepseek, { provider: 'ollama', model: '' }]);
    expect(screen.getByRole('button', { name: 'Three tiers are the maximum' })).toBeDisabled();
  });

  it('shrinks to one tier and no further', async () => {
    const { user, chain } = show();
    await user.click(screen.getByRole('button', { name: 'Remove tier 1' }));
    expect(chain()).toEqual([deepseek]);
    expect(screen.getByRole('button', { name: 'Remove tier 1' })).toBeDisabled();
  });

  it('suggests the provider’s models', async () => {
    const { user, chain } = show();
    await user.click(screen.getByRole('combobox', { name: 'Model of tier 1' }));
    await user.clear(screen.getByRole('combobox', { name: 'Model of tier 1' }));
    await user.click(await screen.findByRole('option', { name: 'claude-sonnet-4-6' }));
    expect(chain()).toEqual([{ provider: 'anthropic', model: 'claude-sonnet-4-6' }, deepseek]);
  });

  it('takes any model when the provider lists none, and says why quietly', async () => {
    server.use(refuse('get', '/agents/models', 502, 'Bad Gateway', 'anthropic answered 401.'));
    const { user, chain } = show();
    expect(await screen.findAllByText('No list of models: anthropic answered 401. Type the name.')).toHaveLength(2);
    const model = screen.getByRole('combobox', { name: 'Model of tier 1' });
    await user.clear(model);
    await user.type(model, 'my-own');
    expect(chain()).toEqual([{ provider: 'anthropic', model: 'my-own' }, deepseek]);
  });

  it('forgets the model when the provider changes', async () => {
    const { user, chain } = show();
    await user.click(screen.getByRole('combobox', { name: 'Provider of tier 2' }));
    await user.click(screen.getByRole('option', { name: 'ollama' }));
    expect(chain()).toEqual([anthropic, { provider: 'ollama', model: '' }]);
  });

  it('turns the short form into a chain when it is edited', async () => {
    const { user, chain } = show('writer');
    await user.click(screen.getByRole('button', { name: 'Add a tier' }));
    expect(chain()).toEqual([anthropic, { provider: 'deepseek', model: '' }]);
    expect(getAt(configuration, ['agent_types', 'writer', 'provider'])).toBe('anthropic');
  });

  it('shows an error at its field', () => {
    show('reviewer', { errors: [emptyModel], warnings: [] });
    expect(screen.getByRole('combobox', { name: 'Model of tier 2' })).toHaveAccessibleDescription(/must not be empty/);
    expect(screen.getByRole('combobox', { name: 'Model of tier 1' })).toBeValid();
  });
});
