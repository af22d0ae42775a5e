import type { Texts } from './en.ts';

const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

/** A count-down: `04:32`, `1:04:32`, `2 d 03:04:32`. */
export function countDown(ms: number, t: Texts): string {
  const seconds = Math.max(0, Math.ceil(ms / secondMs));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const clock = `${two(minutes)}:${two(seconds % 60)}`;
  if (days > 0) return `${t.time.days(days)} ${two(hours)}:${clock}`;
  return hours > 0 ? `${hours}:${clock}` : clock;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** A length of time in its two largest units: `1 h 30 min`. */
export function lengthOf(ms: number, t: Texts): string {
  const units = [
    [dayMs, t.time.days],
    [hourMs, t.time.hours],
    [minuteMs, t.time.minutes],
    [secondMs, t.time.seconds],
  ] as const;
  let rest = Math.max(0, Math.round(ms / secondMs) * secondMs);
  const words: string[] = [];
  for (const [unitMs, word] of units) {
    const count = Math.floor(rest / unitMs);
    rest %= unitMs;
    if (count > 0) words.push(word(count));
  }
  return words.slice(0, 2).join(' ') || t.time.seconds(0);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant as this visitor's clock shows it, with its offset where the day matters. */
export function instantText(iso: string, t: Texts, nowMs: number): string {
  const ms = Date.parse(iso);
  const isToday = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return formatOf(t.locale, isToday ? timeOnly : dayAndTime).format(ms);
}

export const wholeInstantText = (iso: string, t: Texts): string =>
  formatOf(t.locale, { ...dayAndTime, second: '2-digit', timeZoneName: 'shortOffset' }).format(Date.parse(iso));

const timeOnly = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const dayAndTime = { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const;

function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

export const countText = (n: number, t: Texts): string => n.toLocaleString(t.locale);
