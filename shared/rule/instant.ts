/**
 * Instants are epoch milliseconds everywhere inside Curfew; text exists only at its edges.
 * RFC 3339 (section 5.6) with an offset; kept to the whole second, as contract section 3 says.
 */
const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** Epoch ms of an RFC 3339 text, cut to the whole second; undefined when it is not one (30 February included). */
export function parseInstant(text: string): number | undefined {
  const parts = rfc3339.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts.map(Number) as number[];
  const wallMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  // Date.UTC rolls impossible dates over; writing them back shows it.
  const isReal = new Date(wallMs).toISOString().startsWith(text.slice(0, 19).toUpperCase());
  const ms = Date.parse(text.toUpperCase());
  return isReal && Number.isFinite(ms) ? wholeSecond(ms) : undefined;
}

/** `2026-12-01T09:00:00Z`: UTC, whole seconds. */
export const formatInstant = (ms: number): string => `${new Date(wholeSecond(ms)).toISOString().slice(0, 19)}Z`;
