const locale = 'en-GB';

export function count(value: number): string {
  // The first number formatted by locale takes a phone 50 ms, and the first page has only small ones.
  return Number.isInteger(value) && Math.abs(value) < 1000 ? String(value) : value.toLocaleString(locale);
}

/** 1234567 → "1.2M", 80000 → "80k". */
export function compact(value: number): string {
  if (value < 1000) return String(Math.round(value));
  const [unit, suffix] = value < 999_500 ? [1e3, 'k'] : value < 999_500_000 ? [1e6, 'M'] : [1e9, 'G'];
  const scaled = value / unit;
  return `${scaled < 10 ? scaled.toFixed(1).replace(/\.0$/, '') : Math.round(scaled)}${suffix}`;
}

/** 287 → "287 ms", 1100 → "1.1 s", 95000 → "1m 35s". */
export function milliseconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  return duration(ms);
}

/** 5_415_000 → "1h 30m 15s"; days from 24 hours on. */
export function duration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = total % 60;
  const parts: string[] = [];
  if (days > 0) parts.push(`${days}d`);
  if (hours > 0) parts.push(`${hours}h`);
  if (minutes > 0) parts.push(`${minutes}m`);
  if (days === 0 && (seconds > 0 || parts.length === 0)) parts.push(`${seconds}s`);
  return parts.join(' ');
}

/** The coarse form for the past: "just now", "47m ago", "3h ago", "5d ago". */
export function ago(then: number, now: number): string {
  const seconds = Math.floor((now - then) / 1000);
  if (seconds < 5) return 'just now';
  return `${coarse(seconds)} ago`;
}

/**
 * How long until then: "95s", "12m", "2h 30m", "8d". Seconds below two minutes, rounded up. Minutes are rounded to the nearest,
 * because the page's clock may be 30 seconds behind the daemon's new time.
 */
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes <= 120) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? '' : ` ${minutes % 60}m`}`;
  return `${Math.floor(minutes / 1440)}d`;
}

/** `in 12m`, `in 20s`: the one form of every countdown; null once it is over. */
export function countdown(then: number, now: number): string | null {
  return then <= now ? null : `in ${remaining(then - now)}`;
}

function coarse(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Local time as `2026-04-29 09:14:05`. */
export function timestamp(ms: number): string {
  return `${minuteStamp(ms)}:${pad(new Date(ms).getSeconds())}`;
}

/** Local time as `2026-04-29 09:14`. */
export function minuteStamp(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** `09:14`, with the date when it is not today. */
export function clock(at: number, now: number): string {
  const stamp = minuteStamp(at);
  return stamp.slice(0, 10) === minuteStamp(now).slice(0, 10) ? stamp.slice(11) : stamp;
}

/** `5h` → "in the last 5 h". */
export function windowInWords(window: string): string {
  if (window === 'all') return 'since the beginning';
  return `in the last ${window.replace(/(\d+)([a-z])/, '$1 $2')}`;
}

/** "1 task", "14 tasks". */
export function amount(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Long ids lose their middle: "ro-41f7c2e9ab03" → "ro-41f7…ab03". */
export function shortId(id: string, most = 14): string {
  if (id.length <= most) return id;
  return `${id.slice(0, most - 5)}…${id.slice(-4)}`;
}

const circled = ['①', '②', '③'];

export function tierGlyph(tier: number): string {
  return circled[tier - 1] ?? `(${tier})`;
}

/** For a container that somebody paused; as a character, not as an emoji. */
export const frozen = '❄\uFE0E';
