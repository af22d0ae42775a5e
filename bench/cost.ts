import { withClient } from '../local/postgres/database.ts';
import { signedWebhook } from '../local/stack/signed-webhook.ts';
import { billOf } from './bill.ts';
import { type Bench, type Measured, median } from './figure.ts';
import { asks, endings } from './messages.ts';
import { invoke, startClouds, startFunctions, startLedger } from './place.ts';
import { prices } from './price-list.ts';

const sizes = [100, 10_000, 1_000_000];

/** What a month costs, from the times of warm invocations, the bytes in ledger and log, and a price list. */
export async function cost(bench: Bench): Promise<Record<string, Measured>> {
  const count = bench.isQuick ? 10 : 60;
  bench.progress(`the cost of a lease: ${count} of them, one by one`);
  const ecs = await startClouds(bench);
  const database = await startLedger(bench);
  let logged = 0;
  const env = { DATABASE_URL: database, ECS_ENDPOINT: ecs.url };
  const host = await startFunctions(bench, ['intake', 'grant', 'revoke'], env, (line) => {
    logged += line.length;
  });
  const timed = async (name: string, event: unknown): Promise<number> => {
    const began = performance.now();
    await invoke(host, name, event);
    return performance.now() - began;
  };
  const timer = { triggerTime: '2026-12-01T09:00:00Z', triggerName: 'sweep', payload: '' };
  const [group = ''] = await ecs.groups(1);
  const ends = endings(count);
  const samples = { intake: [] as number[], grant: [] as number[], revoke: [] as number[], sweep: [] as number[] };
  let before = 0;
  for (const [index, message] of asks([group], count, 'PT1H').entries()) {
    // Warm first: the tables, the connections, the policy engine.
    if (index === 2) before = await bytesIn(database);
    const intake = await timed(
      'intake',
      httpEvent({ ...message, startsAt: new Date(Date.now() + 1_000).toISOString() }),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const grant = await timed('grant', timer);
    const revoke = await timed('revoke', [ends[index]]);
    const sweep = await timed('grant', timer);
    if (index >= 2)
      for (const [name, ms] of Object.entries({ intake, grant, revoke, sweep })) samples[name as 'grant'].push(ms);
  }
  const leaseBytes = ((await bytesIn(database)) - before) / (count - 2);
  const usage = {
    leaseMs: [median(samples.intake), median(samples.grant), median(samples.revoke)],
    sweepMs: median(samples.sweep),
    leaseBytes,
    logBytes: logged / (count * 4),
  };
  const bills = sizes.map((leases) => [leases, billOf(leases, usage)] as const);
  return Object.fromEntries(
    bills.map(([leases, bill]) => [`bill-${leases}`, { value: bill.total, details: { bill, usage, prices } }]),
  );
}

const httpEvent = (message: unknown) => {
  const { headers, body } = signedWebhook(message);
  const path = '/hooks/tickets';
  return {
    version: 'v1',
    rawPath: path,
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path } },
  };
};

async function bytesIn(database: string): Promise<number> {
  return withClient(database, async (client) => {
    const { rows } = await client.query('select pg_database_size(current_database())::float8 as bytes');
    return Number(rows[0]?.bytes);
  });
}
