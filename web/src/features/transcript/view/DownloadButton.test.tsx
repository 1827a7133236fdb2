import { screen, waitFor } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, expect, it, vi } from 'vitest';
import { keepSessionSecret } from '../../../api/sessionSecret';
import { renderWithStore } from '../../../testing/render';
import { server } from '../../../testing/server';
import { DownloadButton } from './DownloadButton';

const elsewhere = { state: { backend: { address: 'http://daemon.test', token: 'secret' } } };
const path = '/rollouts/ro-1/attempts/at-2/transcript';
let saved: { name: string; file: Blob } | undefined;

beforeEach(() => {
  saved = undefined;
  let file = new Blob();
  URL.createObjectURL = (made) => {
    if (made instanceof Blob) file = made;
    return 'blob:x';
  };
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved = { name: this.download, file };
  });
});

async function download(options: Parameters<typeof renderWithStore>[1] = {}) {
  const { user } = renderWithStore(<DownloadButton rolloutId="ro-1" attemptId="at-2" />, options);
  await user.click(screen.getByRole('button', { name: 'Download' }));
}

it("fetches the file with the session's secret, and saves it under its ids", async () => {
  keepSessionSecret('of-this-session');
  server.use(
    http.get(`*${path}`, ({ request }) =>
      request.headers.get('X-Understudy-Session') === 'of-this-session'
        ? HttpResponse.text('{"a":1}\n')
        : new HttpResponse(null, { status: 401 }),
    ),
  );
  await download();
  await waitFor(() => expect(saved?.name).toBe('ro-1-at-2.ndjson'));
  expect(saved?.file.size).toBe(8);
});

it('fetches it with the token from another origin, which learns nothing of our session', async () => {
  keepSessionSecret('of-this-session');
  const heard = vi.fn();
  server.use(
    http.get(`http://daemon.test${path}`, ({ request }) => {
      heard(request.headers.get('Authorization'), request.headers.get('X-Understudy-Session'));
      return HttpResponse.text('{}\n');
    }),
  );
  await download(elsewhere);
  await waitFor(() => expect(saved).toBeDefined());
  expect(heard).toHaveBeenCalledWith('Bearer secret', null);
});

it('says why it was refused', async () => {
  server.use(
    http.get(`*${path}`, () =>
      HttpResponse.json({ type: 'about:blank', title: 'Unauthorized', status: 401, detail: 'This call wants the token.' }, { status: 401 }),
    ),
  );
  await download();
  expect(await screen.findByText('This call wants the token.')).toBeVisible();
  expect(saved).toBeUndefined();
});
