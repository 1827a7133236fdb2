import { compact, milliseconds } from '../../shared/format';
import type { Ending } from './parse/tally';
import type { Tokens } from './parse/readLine';

/** 52_428_800 → "52 MB" */
export function bytesText(bytes: number): string {
  return `${compact(bytes).replace(/([kMG]?)$/, ' $1')}B`;
}

/** "1.3k in · 16k cached · 120 out" */
export function tokensText({ input, cacheRead, cacheWritten, output }: Tokens): string {
  const cached = cacheRead + cacheWritten;
  const parts = [`${compact(input)} in`];
  if (cached > 0) parts.push(`${compact(cached)} cached`);
  if (output !== null) parts.push(`${compact(output)} out`);
  return parts.join(' · ');
}

function costText(usd: number): string {
  return `$${usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

/** "5 turns · 35.1 s · $0.26 · 5.3k in · 480 out" */
export function endingText({ turns, durationMs, costUsd, tokens }: Ending): string {
  const parts: string[] = [];
  if (turns !== null) parts.push(`${turns} ${turns === 1 ? 'turn' : 'turns'}`);
  if (durationMs !== null) parts.push(milliseconds(durationMs));
  if (costUsd !== null && costUsd > 0) parts.push(costText(costUsd));
  if (tokens !== null) parts.push(tokensText(tokens));
  return parts.join(' · ');
}
