import { type FaultClass, faultClasses, type Profile, profiles } from './plan.ts';
import type { SeedReport } from './run-seed.ts';

/** What one day came to, as far as a range of days adds it up. */
export type Day = Pick<SeedReport, 'seed' | 'profile' | 'traceHash' | 'events' | 'calls' | 'leases' | 'residuals'> & {
  readonly fired: Partial<Record<FaultClass, number>>;
  readonly overrunsMs: readonly number[];
  readonly failed?: string;
};

/** Upper ends of the histogram's columns, in seconds. */
const columns = [1, 2, 5, 30, 60, 120, 300, 1_200] as const;
/** One simulated day and two hours of healing. */
const yearsADay = 26 / 24 / 365.25;

export const dayOf = ({ violation, ...report }: SeedReport): Day => {
  const { seed, profile, traceHash, events, calls, leases, residuals, fired, overrunsMs } = report;
  const counts = { events, calls, leases, residuals, fired, overrunsMs };
  return { seed, profile, traceHash, ...counts, ...(violation ? { failed: violation.checker } : {}) };
};

/** What a range of seeds came to, in figures. */
export class Tally {
  seeds = 0;
  violations = 0;
  events = 0;
  calls = 0;
  leases = 0;
  residuals = 0;
  readonly fired = new Map<FaultClass, number>();
  readonly overrunsMs = new Map<Profile, number[]>();
  readonly seedsOf = new Map<Profile, number>();

  add(day: Day): void {
    this.seeds += 1;
    this.violations += day.failed === undefined ? 0 : 1;
    this.events += day.events;
    this.calls += day.calls;
    this.leases += day.leases;
    this.residuals += day.residuals;
    const { profile } = day;
    this.seedsOf.set(profile, (this.seedsOf.get(profile) ?? 0) + 1);
    for (const name of faultClasses) {
      const count = day.fired[name] ?? 0;
      if (count > 0) this.fired.set(name, (this.fired.get(name) ?? 0) + count);
    }
    const known = this.overrunsMs.get(profile) ?? [];
    for (const ms of day.overrunsMs) known.push(ms);
    this.overrunsMs.set(profile, known);
  }

  /** Classes that never struck: what they were to prove is not proved. */
  get silent(): readonly FaultClass[] {
    return faultClasses.filter((name) => !this.fired.has(name));
  }

  overrun(profile: Profile, share: number): number {
    const sorted = [...(this.overrunsMs.get(profile) ?? [])].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  }

  line(seconds: number): string {
    const rate = (this.seeds / seconds).toFixed(1);
    return `${this.seeds} days, ${this.violations} violations, ${rate} days a second`;
  }

  /** `seconds`: how long the days took that were run now, `ran` of them; others were read from a log. */
  text(seconds: number, ran = this.seeds): string {
    const faults = [...this.fired.values()].reduce((sum, count) => sum + count, 0);
    const yearsAMinute = ((ran * yearsADay) / (seconds / 60)).toFixed(2);
    const rarest = [...this.fired].sort(([, a], [, b]) => a - b).slice(0, 3);
    const lines = [
      `${this.seeds} seeds (one simulated day and two hours each, ${(this.seeds * yearsADay).toFixed(2)} years)`,
      `${ran} of them in ${seconds.toFixed(1)} s: ${(ran / seconds).toFixed(1)} days a second, ${yearsAMinute} years a minute`,
      `${this.leases} leases, ${this.calls} cloud calls, ${this.events} events, ${faults} faults fired, ${this.violations} violations, ${this.residuals} residual`,
      `fired: ${[...this.fired].map(([name, count]) => `${name} ${count}`).join(', ')}`,
      `never fired: ${this.silent.join(', ') || 'none'}; rarest: ${rarest.map(([name, count]) => `${name} ${count}`).join(', ')}`,
    ];
    for (const profile of profiles) lines.push(...this.#overruns(profile));
    return lines.join('\n');
  }

  #overruns(profile: Profile): readonly string[] {
    const all = this.overrunsMs.get(profile) ?? [];
    const s = (share: number) => (this.overrun(profile, share) / 1000).toFixed(1);
    const histogram = columns.map((seconds, index) => {
      const from = columns[index - 1] ?? Number.NEGATIVE_INFINITY;
      return `≤ ${seconds} s: ${all.filter((ms) => ms > from * 1000 && ms <= seconds * 1000).length}`;
    });
    return [
      `${profile}: ${this.seedsOf.get(profile) ?? 0} seeds, ${all.length} removals, overrun p50 ${s(0.5)} s, p99 ${s(0.99)} s, p99.9 ${s(0.999)} s, max ${s(1)} s`,
      `  ${histogram.join(', ')}`,
    ];
  }
}
