/**
 * A browser brings the session's cookie to every port of the host, so the daemon wants a secret beside it, which it gave when
 * the operator signed in. It is kept where pages of our own origin alone can read; all tabs share it as they share the cookie.
 */
export const sessionKey = 'understudy.session';
export const sessionHeader = 'X-Understudy-Session';

/** Where the browser refuses to store, each page has its own. */
let held: string | null = null;

export function sessionSecret(): string | null {
  try {
    return localStorage.getItem(sessionKey) ?? held;
  } catch {
    return held;
  }
}

/** Null: there is no session any more. */
export function keepSessionSecret(secret: string | null): void {
  held = null;
  try {
    if (secret === null) localStorage.removeItem(sessionKey);
    else localStorage.setItem(sessionKey, secret);
  } catch {
    held = secret;
  }
}
