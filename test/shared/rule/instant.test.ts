import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../shared/lease/duration.ts';
import { formatInstant, parseInstant } from '../../../shared/rule/instant.ts';

describe('instants', () => {
  it.each([
    ['2026-12-01T09:00:00Z', '2026-12-01T09:00:00Z'],
    ['2026-12-01T17:00:00+08:00', '2026-12-01T09:00:00Z'],
    ['2026-12-01T09:00:00.999Z', '2026-12-01T09:00:00Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2026-12-31T23:30:00-01:00', '2027-01-01T00:30:00Z'],
  ])('reads %s', (text, utc) => {
    expect(formatInstant(parseInstant(text) ?? 0)).toBe(utc);
  });

  it.each([
    '2026-12-01T09:00:00',
    '2026-12-01',
    '2026-12-01 09:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-12-01T24:00:00Z',
    '2026-12-01T09:60:00Z',
    'tomorrow',
    '1764579600',
    '2026-12-01T09:00:00+25:00',
    '',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['PT2H', 7_200_000],
    ['PT30M', 1_800_000],
    ['P1D', 86_400_000],
    ['P1W', 604_800_000],
    ['P1DT2H3M4S', 93_784_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    'P1M',
    'P1Y',
    'PT0S',
    'P',
    'PT',
    '-PT1H',
    'PT-1H',
    'PT1.5S',
    '2h',
    'pt2h',
    '',
    'PT1e9S',
    'P99999999999W',
    'PT1H ',
    'P1DT',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
