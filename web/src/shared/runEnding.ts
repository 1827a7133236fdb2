/** How the process of an attempt ended, in words; `ordinary`: an exit with 0. */
export interface RunEnding {
  words: string;
  ordinary: boolean;
}

const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

function signalName(signal: unknown): string | null {
  if (typeof signal === 'number' && signal > 0) return signals[signal] ?? `signal ${signal}`;
  return typeof signal === 'string' && signal !== '' ? signal : null;
}

/** What the daemon noted in an attempt's metadata; null for attempts of other clients, and while it runs. */
export function runEndingOf(metadata: Readonly<Record<string, unknown>> | null): RunEnding | null {
  const signal = signalName(metadata?.['signal']);
  const code = typeof metadata?.['exit_code'] === 'number' ? metadata['exit_code'] : null;
  const parts: string[] = [];
  if (metadata?.['oom'] === true) parts.push('out of memory');
  if (signal !== null) parts.push(`killed by ${signal}`);
  else if (code !== null) parts.push(`exit code ${code}`);
  if (parts.length === 0) return null;
  return { words: parts.join(', '), ordinary: parts.length === 1 && signal === null && code === 0 };
}
