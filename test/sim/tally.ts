import { type FaultClass, faultClasses, type Profile, profiles } from './plan.ts';
import type { SeedReport } from './run-seed.ts';

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

  add(report: SeedReport): void {
    this.seeds += 1;
    this.violations += report.violation ? 1 : 0;
    this.events += report.events;
    this.calls += report.calls;
    this.leases += report.leases;
    this.residuals += report.residuals;
    const { profile } = report.plan;
    this.seedsOf.set(profile, (this.seedsOf.get(profile) ?? 0) + 1);
    for (const [name, count] of report.fired) this.fired.set(name, (this.fired.get(name) ?? 0) + count);
    const known = this.overrunsMs.get(profile) ?? [];
    for (const ms of report.overrunsMs) known.push(ms);
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

  text(seconds: number): string {
    const faults = [...this.fired.values()].reduce((sum, count) => sum + count, 0);
    const lines = [
      `${this.seeds} seeds (one simulated day and two hours each) in ${seconds.toFixed(1)} s: ${(this.seeds / seconds).toFixed(1)} days a second`,
      `${this.leases} leases, ${this.calls} cloud calls, ${this.events} events, ${faults} faults fired, ${this.violations} violations, ${this.residuals} residual`,
      `fired: ${[...this.fired].map(([name, count]) => `${name} ${count}`).join(', ')}`,
      `never fired: ${this.silent.join(', ') || 'none'}`,
    ];
    for (const profile of profiles) {
      const s = (share: number) => (this.overrun(profile, share) / 1000).toFixed(1);
      const count = this.overrunsMs.get(profile)?.length ?? 0;
      lines.push(
        `${profile}: ${this.seedsOf.get(profile) ?? 0} seeds, ${count} removals, overrun p50 ${s(0.5)} s, p99 ${s(0.99)} s, p99.9 ${s(0.999)} s, max ${s(1)} s`,
      );
    }
    return lines.join('\n');
  }
}
