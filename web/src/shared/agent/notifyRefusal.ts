import { asApiError } from '../../api/problem';

/** A refused action: the server's own sentence and, without a sign-in, a link to it. */
export async function notifyRefusal(what: string, error: unknown): Promise<void> {
  const { status, detail } = asApiError(error);
  const hint = status === 401 ? ' Sign in first: open the link that the daemon printed, or give its token in Settings.' : '';
  const { notifications } = await import('@mantine/notifications');
  notifications.show({
    color: 'red',
    title: what,
    message: detail + hint,
    autoClose: 10_000,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  });
}
