import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { compareGroup } from '../../../shared/reconcile/compare-group.ts';
import { type ScanReport, scan } from '../../../shared/reconcile/scan.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

const whole = { groups: async () => ({ targets: [group], isWhole: true }) };
const recovery = z.object({ recovering: z.boolean(), groups: z.number(), recovered: z.number() });
const driftBody = z.object({ scannedAt: z.string().nullable(), drift: z.array(z.record(z.string(), z.unknown())) });

describe('recovering', () => {
  it('rebuilds what the ledger does not know, under the name of whoever asked', async () => {
    const lost = makeConsole(whole);
    await lost.call('POST', '/api/leases', leaseBody());
    await lost.world.pass(1);
    const { world, call } = makeConsole(whole);
    for (const rule of lost.world.cloud.rules(group)) world.cloud.addByHand(group, rule.rule, rule.description);

    const { status, body } = await call('POST', '/api/recover', {});

    expect(status).toBe(200);
    expect(recovery.parse(body)).toEqual({ recovering: false, groups: 1, recovered: 1 });
    const { leases } = (await call('GET', '/api/leases')).body;
    expect(leases).toMatchObject([{ source: 'recovered', state: 'active', requester: { id: 'unknown' } }]);
    const begun = world.ledger.auditRows().find(({ kind }) => kind === 'recovery.begun');
    expect(begun?.actor).toBe('lin');
    await world.pass(60);
    expect(world.cloud.rules(group)).toEqual([]);
  });

  it('pauses new leases until it is complete, or called enough', async () => {
    const { call } = makeConsole({ groups: async () => ({ targets: [group], isWhole: false }) });

    const { body } = await call('POST', '/api/recover', {});
    const refused = await call('POST', '/api/leases', leaseBody());
    const planned = await call('POST', '/api/plan', leaseBody());
    const status = await call('GET', '/api/recover');
    const stopped = await call('DELETE', '/api/recover');

    expect(body).toMatchObject({ recovering: true });
    expect(refused.body.code).toBe('RECOVERING');
    expect(planned.body.refusal?.code).toBe('RECOVERING');
    expect(status.body).toMatchObject({ recovering: true, by: 'lin', since: '2026-12-01T09:00:00.000Z' });
    expect(stopped.body).toEqual({ recovering: false });
    expect((await call('POST', '/api/leases', leaseBody())).status).toBe(201);
  });
});

describe('drift', () => {
  it('is what the last scan found', async () => {
    const { world, call } = makeConsole(whole);
    const before = await call('GET', '/api/drift');
    const forged = '[curfew1 00000000000000000000000001 t00000 t10000 AAAAAAAAAAAAAAAAAAAAAA]';
    const { ruleId } = world.cloud.addByHand(group, ssh, forged);
    const listing = { kind: 'listed', rules: world.cloud.rules(group), requestIds: [] } as const;
    const repair = { widenedRules: 'report', strippedStamps: 'report' } as const;
    const deps = { ...world.deps, repair, widens: () => false, shadowOf: () => undefined };
    await world.tx((tx) =>
      compareGroup(tx, deps, { target: group, listing, abilities: world.cloud.abilities, sinceMs: tx.nowMs }),
    );

    const { body } = await call('GET', '/api/drift');

    expect(driftBody.parse(before.body)).toEqual({ scannedAt: null, drift: [] });
    expect(driftBody.parse(body).drift).toEqual([
      {
        class: 'FORGED_STAMP',
        group: 'ecs/default/cn-hangzhou/sg-a',
        ruleId,
        leaseIds: [],
        message: expect.any(String),
        repair: 'none',
        since: '2026-12-01T09:00:00.000Z',
      },
    ]);
  });

  it('is looked for at once where somebody asks', async () => {
    const made = {
      scan: async (_mayGoOn: () => boolean): Promise<ScanReport> => Promise.reject(new Error('not made')),
    };
    const { world, call } = makeConsole({ ...whole, scanNow: (mayGoOn) => made.scan(mayGoOn) });
    const repair = { widenedRules: 'report', strippedStamps: 'report' } as const;
    const judging = { widens: () => false, shadowOf: () => undefined, callsPerMinute: () => 1_000, scanEveryMs: 0 };
    const groups = async () => ({ targets: [group], isWhole: true });
    made.scan = (mayGoOn) => scan({ ...world.deps, ...judging, groups, repair }, mayGoOn);
    world.cloud.addByHand(group, ssh, '[curfew1 00000000000000000000000001 t00000 t10000 AAAAAAAAAAAAAAAAAAAAAA]');

    const { body } = await call('POST', '/api/drift', {});
    const wrong = await call('POST', '/api/drift', { group: 'sg-a' });

    expect(body).toMatchObject({ drift: [{ class: 'FORGED_STAMP' }], groups: 1, isComplete: true });
    expect(wrong).toMatchObject({ status: 422, body: { path: '/group' } });
  });
});
