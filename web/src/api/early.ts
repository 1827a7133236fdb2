declare global {
  interface Window {
    /** Requests that index.html began before any of our code was here, by path. */
    early?: Partial<Record<string, Promise<Response>>>;
  }
}

/** The answer that is on its way already; once, and only if that worked. */
export async function takeEarly(path: string): Promise<Response | undefined> {
  const begun = window.early?.[path];
  if (begun === undefined) return undefined;
  delete window.early?.[path];
  try {
    return await begun;
  } catch {
    return undefined;
  }
}
