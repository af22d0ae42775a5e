import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { RefusalClass } from '../../shared/reconcile/cloud-port.ts';
import { measure } from '../../shared/reconcile/metrics.ts';
import { lateSteps } from '../../shared/reconcile/tally.ts';
import { makeWorld, request } from '../fakes/world.ts';

/**
 * The body of CreateDashboard, as the vendor's documents ("Create a dashboard", `alicloud_log_dashboard`) and the
 * structures of its SDK (aliyun-log-go-sdk, client_dashboard.go) have it: these fields, and none besides.
 */
const chart = z.strictObject({
  title: z.string(),
  type: z.enum(['line', 'bar']),
  action: z.strictObject({}),
  search: z.strictObject({
    logstore: z.literal('curfew'),
    topic: z.literal(''),
    query: z.string(),
    start: z.string().regex(/^-\d+s$/),
    end: z.literal('now'),
  }),
  display: z.strictObject({
    ...{ xAxis: z.array(z.string()), yAxis: z.array(z.string()), displayName: z.string() },
    ...{ xPos: z.number(), yPos: z.number(), width: z.number(), height: z.number() },
  }),
});
const dashboard = z.strictObject({
  ...{ dashboardName: z.string(), displayName: z.string(), description: z.string() },
  attribute: z.record(z.string(), z.string()),
  charts: z.array(chart),
});
const { charts } = dashboard.parse(JSON.parse(await readFile('deploy/dashboard.json', 'utf8')));

const refused: Record<RefusalClass, true> = {
  ...{ caller: true, 'rule-gone': true, 'group-gone': true, 'peer-gone': true, exists: true, conflict: true },
  ...{ quota: true, permission: true, busy: true, throttled: true, credentials: true, mismatch: true },
};
const answers = new Set(['done', 'unknown', ...Object.keys(refused)]);

/** The fields of a line that a query asks for. */
const fieldsOf = (query: string) => [...query.matchAll(/'\$\.([\w.]+)'/g)].map(([, field]) => field ?? '');

describe('the dashboard', () => {
  it('asks for nothing that no line holds', async () => {
    const world = makeWorld();
    await world.send('grant', request({ duration: 'PT5S' }));
    await world.pass(30);
    const metrics = await measure(world.deps);
    const line = new Set(['message', 'heartbeat', ...Object.keys(metrics)]);

    const fields = [...new Set(charts.flatMap(({ search }) => fieldsOf(search.query)))];

    expect(fields.filter((field) => !line.has(field.split('.')[0] ?? ''))).toEqual([]);
    const steps = [...lateSteps.map((seconds) => `upTo${seconds}s`), 'more'];
    expect(fields.filter((field) => field.startsWith('endedLate.'))).toEqual(steps.map((step) => `endedLate.${step}`));
    const classes = fields.filter((field) => field.startsWith('calls.')).map((field) => field.slice('calls.'.length));
    expect(classes.filter((one) => !answers.has(one))).toEqual([]);
  });

  it('draws every column that its queries name, and no others', () => {
    for (const { title, search, display } of charts) {
      const named = [...search.query.matchAll(/ as "?(\w+)"?(?=,| where)/g)].map(([, name]) => name);
      expect([title, named]).toEqual([title, ['t', ...display.yAxis]]);
    }
  });

  it('puts no chart upon another', () => {
    const places = charts.map(({ display }) => `${display.xPos} ${display.yPos}`);

    expect(new Set(places).size).toBe(charts.length);
    expect(charts.filter(({ display }) => display.xPos + display.width > 10)).toEqual([]);
  });
});
