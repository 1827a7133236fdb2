/**
 * A browser sends the session's cookie to every port of the host, so the daemon also requires a secret, which it gave when
 * the operator signed in. Only pages of our own origin can read it; all tabs share it as they share the cookie.
 */
export const sessionKey = 'understudy.session';
export const sessionHeader = 'X-Understudy-Session';

/** Where the browser refuses storage, each page has its own. */
let held: string | null = null;

export function sessionSecret(): string | null {
  try {
    return localStorage.getItem(sessionKey) ?? held;
  } catch {
    return held;
  }
}

/** Null: the session has ended. */
export function keepSessionSecret(secret: string | null): void {
  held = null;
  try {
    if (secret === null) localStorage.removeItem(sessionKey);
    else localStorage.setItem(sessionKey, secret);
  } catch {
    held = secret;
  }
}
