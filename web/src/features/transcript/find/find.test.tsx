import { configure, screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { rolloutId, world } from '../testing/fixtures';
import { well } from '../testing/recording';
import TranscriptDrawer from '../TranscriptDrawer';

configure({ asyncUtilTimeout: 5000 });
vi.setConfig({ testTimeout: 20_000 });

async function open() {
  server.use(...world({ spool: well }));
  const view = renderWithStore(<TranscriptDrawer rolloutId={rolloutId} attemptId={null} />, { at: '/agents' });
  const box = await screen.findByRole('searchbox', { name: 'Find in the transcript' });
  return { ...view, box };
}

const here = () =>
  within(screen.getByRole('list', { name: 'Conversation' }))
    .getAllByRole('listitem')
    .findIndex((row) => row.dataset['found'] === 'here');

it('counts its hits, moves between them, and opens what is folded', async () => {
  const { user, box } = await open();
  await user.type(box, 'oops');
  await screen.findByText('1');
  await user.keyboard('{Enter}');
  expect(await screen.findByText('1 of 1')).toBeVisible();
  expect(await screen.findByText(/Exit code 3/)).toBeVisible();

  await user.clear(box);
  await user.type(box, 'the');
  await screen.findByText(/^\d+$/);
  await user.click(screen.getByRole('button', { name: 'Next match' }));
  const first = here();
  expect(first).toBeGreaterThanOrEqual(0);
  await user.click(screen.getByRole('button', { name: 'Next match' }));
  expect(here()).toBeGreaterThan(first);
  await user.click(screen.getByRole('button', { name: 'Previous match' }));
  expect(here()).toBe(first);
});

it('says when there is nothing, and Escape empties it', async () => {
  const { user, box } = await open();
  await user.type(box, 'no such words');
  expect(await screen.findByText('nothing')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Next match' })).toBeDisabled();
  await user.keyboard('{Escape}');
  expect(box).toHaveValue('');
  await waitFor(() => expect(screen.queryByText('nothing')).not.toBeInTheDocument());
});

it('looks in the raw lines too', async () => {
  const { user, box } = await open();
  await user.click(screen.getByText('Raw'));
  await user.type(box, '"tool_use_id"');
  await screen.findByText('4');
});
