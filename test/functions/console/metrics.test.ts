import { describe, expect, it } from 'vitest';
import { measure } from '../../../shared/reconcile/metrics.ts';
import { leaseBody, makeConsole } from './console.ts';

const forbidden = { kind: 'refused', class: 'permission', code: 'Forbidden', message: 'no' } as const;

/** Every line that is no comment, by its name. */
async function scrape({ app }: ReturnType<typeof makeConsole>) {
  const text = await (await app.request('/metrics')).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

describe('/metrics', () => {
  it('tells what is live, every call, and how late endings were', async () => {
    const made = makeConsole();
    const rules = [{ ...leaseBody().rules[0], portRange: '23/23' }];
    await made.call('POST', '/api/leases', leaseBody({ duration: 'PT10S' }));
    await made.call('POST', '/api/leases', leaseBody({ rules, duration: 'PT1H' }));
    await made.world.pass(1);
    made.world.cloud.faults.push({ kind: 'revoke', fault: forbidden });
    await made.world.pass(60);

    const seen = await scrape(made);

    expect(seen).toMatchObject({
      'curfew_leases{state="open"}': 1,
      'curfew_leases{state="overdue"}': 0,
      'curfew_calls_total{class="done"}': 2,
      'curfew_calls_total{class="permission"}': 1,
      'curfew_end_lateness_seconds_bucket{le="1"}': 0,
      'curfew_end_lateness_seconds_bucket{le="300"}': 1,
      'curfew_end_lateness_seconds_bucket{le="+Inf"}': 1,
      curfew_end_lateness_seconds_count: 1,
    });
    expect(seen.curfew_end_lateness_seconds_sum).toBeGreaterThan(4);
  });

  it('only grows, whoever keeps the count meanwhile', async () => {
    const made = makeConsole();
    await made.call('POST', '/api/leases', leaseBody({ duration: 'PT10S' }));
    await made.world.pass(30);
    const before = await scrape(made);

    await measure(made.world.deps);
    const after = await scrape(made);
    await made.call('POST', '/api/leases', leaseBody({ duration: 'PT10S' }));
    await made.world.pass(30);
    await measure(made.world.deps);

    expect(after).toEqual(before);
    const [total, count] = ['curfew_calls_total{class="done"}', 'curfew_end_lateness_seconds_count'];
    expect(await scrape(made)).toMatchObject({ [total]: 2 * (before[total] ?? 0), [count]: 2 });
  });

  it('says nothing to passers-by where it is deployed', async () => {
    const { app, token } = makeConsole({ isLocal: false });

    const statuses = await Promise.all(
      [{}, { authorization: `Bearer ${token}` }].map(
        async (headers) => (await app.request('/metrics', { headers })).status,
      ),
    );

    expect(statuses).toEqual([401, 200]);
  });
});
