import { InvalidArgumentError } from 'commander';
import { durationOf } from '../shared/lease/short-duration.ts';
import type { Texts } from './texts/en.ts';

const instant = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** `1h30m` or `PT1H30M` as ISO 8601; the console judges the rest. */
export function readDuration(text: string): string {
  const duration = durationOf(text);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('A duration looks like 20s, 30m, 2h, 1d, 1h30m or PT1H30M.');
}

export function readInstant(text: string): string {
  if (instant.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('An instant looks like 2026-12-01T09:00:00Z or 2026-12-01T17:00:00+08:00.');
}

/** `in 1h 30m`, `2m ago`: the two largest units. */
export function relative(at: string, nowMs: number, { units, ...words }: Texts['time']): string {
  const ms = Date.parse(at) - nowMs;
  const left = Math.round(Math.abs(ms) / 1000);
  const parts = [
    [Math.floor(left / 86_400), units.d],
    [Math.floor(left / 3_600) % 24, units.h],
    [Math.floor(left / 60) % 60, units.m],
    [left % 60, units.s],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return words.now;
  const largest = parts.slice(first, first + 2).filter(([count]) => count > 0);
  const text = largest.map(([count, unit]) => unit(count)).join(' ');
  return ms > 0 ? words.in(text) : words.ago(text);
}
