declare global {
  interface Window {
    /** Requests that index.html began before our code was loaded, by path. */
    early?: Partial<Record<string, Promise<Response>>>;
  }
}

/** The response already on its way; once, and only if the request succeeded. */
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
