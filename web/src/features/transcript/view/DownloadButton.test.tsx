import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, it, vi } from 'vitest';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { DownloadButton } from './DownloadButton';

const elsewhere = { state: { backend: { address: 'http://daemon.test', token: 'secret' } } };

it('lets the browser load the file of its own origin', () => {
  renderWithStore(<DownloadButton rolloutId="ro-1" attemptId="at-2" />);
  const link = screen.getByRole('link', { name: 'Download' });
  expect(link).toHaveAttribute('href', '/rollouts/ro-1/attempts/at-2/transcript');
  expect(link).toHaveAttribute('download', 'ro-1-at-2.ndjson');
});

it('fetches it with the token from another origin', async () => {
  const authorized = vi.fn();
  server.use(
    http.get('http://daemon.test/rollouts/ro-1/attempts/at-2/transcript', ({ request }) => {
      authorized(request.headers.get('Authorization'));
      return HttpResponse.text('{}\n');
    }),
  );
  URL.createObjectURL = vi.fn(() => 'blob:x');
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  const { user } = renderWithStore(<DownloadButton rolloutId="ro-1" attemptId="at-2" />, elsewhere);
  await user.click(screen.getByRole('button', { name: 'Download' }));
  await waitFor(() => expect(clicked).toHaveBeenCalled());
  expect(authorized).toHaveBeenCalledWith('Bearer secret');
});

it('says why it was refused', async () => {
  server.use(
    http.get('http://daemon.test/rollouts/ro-1/attempts/at-2/transcript', () =>
      HttpResponse.json({ type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'This call wants the token.' }, { status: 401 }),
    ),
  );
  const { user } = renderWithStore(<DownloadButton rolloutId="ro-1" attemptId="at-2" />, elsewhere);
  await user.click(screen.getByRole('button', { name: 'Download' }));
  expect(await screen.findByText('This call wants the token.')).toBeVisible();
});
