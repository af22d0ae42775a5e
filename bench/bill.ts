import { computeUnits, prices } from './price-list.ts';

/** What one lease and one idle minute were measured to take. */
export type Usage = {
  /** Invocation times in ms: one lease from its webhook to its end, and a sweep that finds nothing. */
  readonly leaseMs: readonly number[];
  readonly sweepMs: number;
  /** Bytes that a lease leaves in the database, with its audit. */
  readonly leaseBytes: number;
  /** Bytes of log lines that an invocation writes. */
  readonly logBytes: number;
};

const minutes = 30 * 24 * 60;
/** As s.yaml deploys them: three hands and the notices every minute, the comparison and the anchor every ten. */
const sweepsPerMinute = 4 + 1 / 10;
const vcpus = 0.35;
const memoryGb = 0.5;
/** How long finished leases and the trail stay in the database, for the storage of one month's leases. */
const monthsKept = 12;

export type Bill = {
  readonly functions: number;
  readonly data: number;
  readonly fixed: number;
  readonly total: number;
};

/** The bill of a month in CNY for so many leases, each asked for, opened, ended. Free quotas are not counted. */
export function billOf(leases: number, usage: Usage): Bill {
  const sweeps = minutes * sweepsPerMinute;
  const invocations = sweeps + leases * usage.leaseMs.length;
  const seconds = (sweeps * usage.sweepMs + leases * usage.leaseMs.reduce((sum, ms) => sum + ms, 0)) / 1000;
  const units =
    invocations * computeUnits.perInvocation +
    seconds * (vcpus * computeUnits.perVcpuSecond + memoryGb * computeUnits.perGbSecond);
  const functions = units * prices.computeUnit.cny;
  const logs = ((invocations * usage.logBytes) / 1e9) * prices.logs.cny;
  const data = logs + ((leases * usage.leaseBytes * monthsKept) / 1e9) * prices.storage.cny;
  const fixed = prices.database.cny + prices.keys.cny + prices.network.cny;
  return { functions, data, fixed, total: functions + data + fixed };
}
