import { countLive } from '../../shared/reconcile/metrics.ts';
import { countOn, lateSteps, type Tally } from '../../shared/reconcile/tally.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';

/** The text form that Prometheus reads, version 0.0.4. */
const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * For a Prometheus: everything counted is in the ledger, so that each of many instances tells the same. Written by hand,
 * for a client library counts what its own process saw, and can be given no counts that are there already.
 */
export function routeMetrics(app: ConsoleApp, deps: ConsoleDeps): void {
  app.get('/metrics', async (c) => {
    const live = await countLive(deps.ledger);
    const { tally } = await countOn(deps);
    return c.body([...leaseLines(live), ...callLines(tally), ...lateLines(tally), ''].join('\n'), 200, {
      'content-type': contentType,
    });
  });
}

const head = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

const leaseLines = (live: Readonly<Record<string, number>>): string[] => [
  ...head('curfew_leases', 'gauge', 'Live leases: open, due (should be open), overdue (past their end), stuck.'),
  ...Object.entries(live).map(([state, count]) => `curfew_leases{state="${state}"} ${count}`),
];

const callLines = ({ calls }: Tally): string[] => [
  ...head('curfew_calls_total', 'counter', 'Calls that change rules, by what the cloud answered.'),
  ...Object.entries(calls).map(([name, count]) => `curfew_calls_total{class="${name}"} ${count}`),
];

/** Each bucket holds those before it. */
function lateLines({ late, ended, lateSeconds }: Tally): string[] {
  let sum = 0;
  const buckets = lateSteps.map((seconds) => {
    sum += late[`upTo${seconds}s`] ?? 0;
    return `curfew_end_lateness_seconds_bucket{le="${seconds}"} ${sum}`;
  });
  return [
    ...head('curfew_end_lateness_seconds', 'histogram', 'From the end of a lease to the look that proved it over.'),
    ...buckets,
    `curfew_end_lateness_seconds_bucket{le="+Inf"} ${ended}`,
    `curfew_end_lateness_seconds_sum ${lateSeconds}`,
    `curfew_end_lateness_seconds_count ${ended}`,
  ];
}
