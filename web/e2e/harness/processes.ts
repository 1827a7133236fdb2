import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const root = resolve(import.meta.dirname, '../../..');
export const understudyd = process.env['UNDERSTUDYD'] ?? resolve(root, 'build/release/understudyd');

export interface Started {
  process: ChildProcess;
  url: string;
}

/** Starts `understudyd …` and waits for the line in which it says where it listens. */
export async function startListening(args: string[], log: string, env: NodeJS.ProcessEnv = process.env): Promise<Started> {
  const file = openSync(log, 'a');
  const child = spawn(understudyd, args, { stdio: ['ignore', 'pipe', file], detached: true, env });
  closeSync(file);
  const { stdout } = child;
  if (stdout === null) throw new Error('a pipe was asked for');
  for await (const line of createInterface({ input: stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    stdout.resume();
    return { process: child, url };
  }
  throw new Error(`${understudyd} ${args.join(' ')} did not start:\n${readFileSync(log, 'utf8')}`);
}

export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Processes that outlive a daemon by design (instances, shims, their tasks) have its state directory in their environment or arguments. */
export function killAllOf(stateDir: string): void {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    try {
      const said = readFileSync(`/proc/${pid}/environ`, 'latin1') + readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      if (said.includes(stateDir)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended, or we may not see it.
    }
  }
}
