import type { Profile } from './plan.ts';

const minuteMs = 60_000;

export type Bounds = {
  readonly overrunMs: number;
  readonly openMs: number;
  readonly mutations: number;
  readonly backlogMs: number;
};

/** Longest overrun, longest wait for an opening, calls that change something for each lease and rule. */
export const bounds: Readonly<Record<Profile, Bounds>> = {
  calm: { overrunMs: 2_000, openMs: 10_000, mutations: 12, backlogMs: 3 * minuteMs },
  nominal: { overrunMs: 5 * minuteMs, openMs: 6 * minuteMs, mutations: 30, backlogMs: 10 * minuteMs },
  hostile: { overrunMs: 20 * minuteMs, openMs: 45 * minuteMs, mutations: 60, backlogMs: 45 * minuteMs },
};
