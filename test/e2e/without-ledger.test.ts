import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../../local/postgres/start-postgres.ts';
import { request } from '../fakes/world.ts';
import { query } from '../support/query.ts';
import { webGroup } from '../support/real-world.ts';
import { RunningStack, until } from '../support/running-stack.ts';

describe('the stack without its PostgreSQL', () => {
  let stack: RunningStack;
  let again: Postgres | undefined;
  beforeAll(async () => {
    stack = await (await RunningStack.start()).ready();
  }, 90_000);
  afterAll(async () => {
    await again?.stop();
    await stack.stop();
    stack.remove();
  });

  const ours = async () => (await stack.ecs().rules()).filter((one) => one.description?.includes('[curfew1'));

  it('rebuilds a ledger that was dropped mid-lease from the stamps, and ends on time', async () => {
    await stack.invoke('grant', JSON.stringify(request({ target: webGroup, duration: 'PT25S' })));
    const [rule] = await ours();
    const endMs = Date.parse(/until (\S+),/.exec(rule?.description ?? '')?.[1] ?? '');
    const { DATABASE_URL } = await stack.file();
    const server = new URL(DATABASE_URL);
    server.pathname = '/postgres';
    await query(server.href, 'drop database curfew with (force)');
    await query(server.href, 'create database curfew');

    const [lease] = await until('the lease to be recovered', 20_000, async () => {
      await stack.fire('revoke');
      const { status, body } = await stack.api('/api/leases');
      const leases = status === 200 ? (body.leases as Record<string, unknown>[]) : [];
      return leases.length > 0 ? leases : undefined;
    });

    expect(lease).toMatchObject({ source: 'recovered', state: 'active', requester: { id: 'unknown' } });
    expect(await ours()).toEqual([rule]);
    await until('the rule to go', 30_000, async () => ((await ours()).length === 0 ? true : undefined));
    expect(Math.abs(Date.now() - endMs)).toBeLessThan(2_500);
    await until('ended', 15_000, async () => ((await stack.state(String(lease?.id))) === 'ended' ? true : undefined));
    expect((await stack.api('/api/recover')).body).toEqual({ recovering: false });
  }, 90_000);

  it('removes an overdue rule by its stamp, and ends its lease when the ledger is back', async () => {
    const answer = await stack.invoke('grant', JSON.stringify(request({ target: webGroup, duration: 'PT6S' })));
    const leaseId = (answer.results as { leaseId: string }[])[0]?.leaseId ?? '';
    expect(await ours()).toHaveLength(1);
    const endMs = Date.parse(String((await stack.lease(leaseId)).expiresAt));
    const { pids } = await stack.file();

    process.kill(pids.postgres ?? 0, 'SIGINT');
    await sleep(endMs + 20_000 - Date.now());
    expect(await ours()).toHaveLength(1);
    await sleep(endMs + 30_500 - Date.now());
    await stack.fire('revoke');
    await until('the rule to go', 20_000, async () => ((await ours()).length === 0 ? true : undefined));
    expect(await stack.logs()).toContain('"code":"REMOVED_WITHOUT_LEDGER"');

    again = await startPostgres({ dataDir: join(stack.dataDir, 'postgres'), port: stack.port + 6 });
    await until('ended', 90_000, async () => {
      await stack.fire('revoke');
      return (await stack.state(leaseId)) === 'ended' ? true : undefined;
    });
    expect(await stack.logs()).not.toContain('"code":"WITHDRAWN"');
  }, 180_000);
});
