import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { useOpenDrawer } from '../shared/drawer';
import { renderRoutes } from '../testing/render';
import { DrawerMount } from './DrawerMount';

vi.mock('../features/agentDrawer/AgentDrawer', () => ({
  default: function Agent({ name, tab }: { name: string; tab: string | null }) {
    const open = useOpenDrawer();
    return (
      <>
        <p>
          agent {name} {tab}
        </p>
        <button onClick={() => open({ kind: 'agent', name, tab: 'why' })}>why</button>
        <button onClick={() => open({ kind: 'transcript', rolloutId: 'ro-1', attemptId: 'at-2' })}>view raw</button>
      </>
    );
  },
}));
vi.mock('../features/transcript/TranscriptDrawer', () => ({ default: () => <p>transcript</p> }));

function Page() {
  const open = useOpenDrawer();
  return (
    <>
      <button onClick={() => open({ kind: 'agent', name: 'writer-a', tab: null })}>writer-a</button>
      <DrawerMount />
    </>
  );
}

const page = (at: string) => renderRoutes([{ path: '*', element: <Page /> }], { at });
const drawer = (name: string) => screen.findByRole('dialog', { name });
const gone = () => waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());

describe('DrawerMount', () => {
  it('shows what the address says, and the store says it too', async () => {
    const { store } = page('/agents/writer-a?tab=why');
    expect(await within(await drawer('writer-a')).findByText('agent writer-a why')).toBeVisible();
    expect(screen.getByTestId('agent-drawer')).toBeInTheDocument();
    expect(store.getState().drawer.content).toEqual({ kind: 'agent', name: 'writer-a', tab: 'why' });
  });

  it('closes with Escape, gives the focus back, and Back does not open it again', async () => {
    const { user, router } = page('/agents?tier=2');
    await user.click(screen.getByRole('button', { name: 'writer-a' }));
    await drawer('writer-a');
    expect(router.state.location.pathname).toBe('/agents/writer-a');
    await user.keyboard('{Escape}');
    await gone();
    expect(router.state.location).toMatchObject({ pathname: '/agents', search: '?tier=2' });
    await waitFor(() => expect(screen.getByRole('button', { name: 'writer-a' })).toHaveFocus());
    await router.navigate(-1);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('closes with Back', async () => {
    const { user, router } = page('/agents');
    await user.click(screen.getByRole('button', { name: 'writer-a' }));
    await drawer('writer-a');
    await router.navigate(-1);
    await gone();
  });

  it('closes in place when it came with the address', async () => {
    const { user, router } = page('/agents/writer-a?tab=why&tier=2');
    await drawer('writer-a');
    await user.click(screen.getByRole('button', { name: 'Close' }));
    await gone();
    expect(router.state.location).toMatchObject({ pathname: '/agents', search: '?tier=2' });
  });

  it('turns its tabs without growing the history', async () => {
    const { user, router } = page('/agents');
    await user.click(screen.getByRole('button', { name: 'writer-a' }));
    await user.click(await screen.findByRole('button', { name: 'why' }));
    await screen.findByText('agent writer-a why');
    await user.keyboard('{Escape}');
    await gone();
    expect(router.state.location).toMatchObject({ pathname: '/agents', search: '' });
  });

  it('lays a transcript over the agent, and closing that returns to the agent', async () => {
    const { user, router } = page('/agents/writer-a?tab=why');
    await user.click(await screen.findByRole('button', { name: 'view raw' }));
    expect(await within(await drawer('Transcript of ro-1')).findByText('transcript')).toBeVisible();
    expect(router.state.location.search).toBe('?tab=why&transcript=ro-1/at-2');
    expect(screen.getByText('Transcript of ro-1')).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(await within(await drawer('writer-a')).findByText('agent writer-a why')).toBeVisible();
  });
});
