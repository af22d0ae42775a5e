import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Guards } from '../../../shared/config/guards-config.ts';
import { limitsOf } from '../../../shared/hands/guard-of.ts';
import { isFinal, isWaiting, type Lease } from '../../../shared/lease/lease.ts';
import { someGuards } from '../../fakes/some-guards.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const guards: Guards = {
  ...someGuards,
  longestLease: 'PT10M',
  widestCidr: { ...someGuards.widestCidr, publicIpv4: 28 },
  widestTogether: { publicIpv4: 29, privateIpv4: 8, publicIpv6: 48, privateIpv6: 32 },
  longestInARow: { rule: 'PT13M', person: 'PT15M', pause: 'PT1M' },
};
const guarded = (more: Partial<Guards> = {}) => limitsOf({ ...guards, ...more }, {}, undefined);
const from = (sourceCidrIp: string, portRange = '22/22') => [
  { direction: 'ingress', ipProtocol: 'tcp', portRange, sourceCidrIp },
];
const codeOf = (result: { error?: { code: string } } | undefined) => result?.error?.code;

describe('what leases have open together', () => {
  it('is judged with those that there are, in the same group alone', async () => {
    const world = makeWorld(guarded());
    const elsewhere = { ...group, securityGroupId: 'sg-b' };
    await world.say('api', request({ rules: from('203.0.113.0/29') }));

    const more = await world.say('api', request({ rules: from('203.0.113.8/32') }));
    const other = await world.say('api', request({ rules: from('203.0.113.8/32'), target: elsewhere }));
    await world.pass(61);
    const later = await world.say('api', request({ rules: from('203.0.113.8/32') }));

    expect(more).toMatchObject({ state: 'rejected', error: { code: 'OPEN_TOO_WIDE', path: '/rules/0' } });
    expect(other?.error).toBeUndefined();
    expect(later?.error).toBeUndefined();
  });

  it('is judged when a lease is extended, and when it is approved', async () => {
    const policy = async () => (question: { action: string; reason?: string | undefined }) => ({
      ...{ policies: [], version: '', approvers: [] },
      approvals: question.reason === 'waits' && question.action === 'authorize' ? 1 : 0,
    });
    const world = makeWorld({ ...guarded(), policy });
    const waits = await world.say('api', request({ rules: from('203.0.113.8/32'), reason: 'waits' }));
    const open = await world.say('api', request({ rules: from('203.0.113.0/29') }));
    const next = { startsAt: '2026-12-01T09:01:00Z', rules: from('203.0.113.16/29') };
    expect((await world.say('api', request(next)))?.error).toBeUndefined();

    const word = { version: 1, id: 'W-1', leaseId: waits?.leaseId, action: 'approve', by: { id: 'mei' } };
    expect(codeOf(await world.say('api', word))).toBe('OPEN_TOO_WIDE');
    const extend = { version: 1, id: 'W-2', leaseId: open?.leaseId, action: 'extend', duration: 'PT1S' };
    expect(codeOf(await world.say('api', extend))).toBe('OPEN_TOO_WIDE');
    expect((await world.lease(waits?.leaseId ?? '')).state).toBe('awaiting-approval');
  });

  it('counts a chain of short leases as one long one, whoever goes on with it', async () => {
    const world = makeWorld(guarded());
    const codes: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      codes.push(codeOf(await world.say('api', request({ duration: 'PT4M', requester: { id: `person-${turn}` } }))));
      world.clock.nowMs += 4 * 60_000;
      await world.pass(3);
    }

    expect(codes).toEqual([undefined, undefined, undefined, 'OPEN_TOO_LONG']);
    await world.pass(60);
    expect(codeOf(await world.say('api', request({ duration: 'PT4M' })))).toBeUndefined();
  });

  it('does not forget what came into the ledger another way', async () => {
    const world = makeWorld(guarded());
    await world.say('api', request({ rules: from('203.0.113.0/30') }));
    await world.tx((tx) => tx.setSetting(`extent ecs/default/cn-hangzhou/${group.securityGroupId}`, null));
    await world.say('api', request({ rules: from('203.0.113.4/30') }));

    expect(codeOf(await world.say('api', request({ rules: from('203.0.113.8/32') })))).toBe('OPEN_TOO_WIDE');
  });
});

type Step =
  | {
      readonly kind: 'ask';
      readonly host: number;
      readonly bits: number;
      readonly inMinutes: number;
      readonly minutes: number;
      readonly person: number;
    }
  | { readonly kind: 'extend' | 'end'; readonly which: number; readonly minutes: number }
  | { readonly kind: 'pass'; readonly minutes: number };
const minutes = (max: number) => fc.integer({ min: 1, max });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      host: fc.nat(31),
      bits: fc.integer({ min: 28, max: 32 }),
      inMinutes: fc.nat(6),
      minutes: minutes(9),
      person: fc.nat(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('extend' as const, 'end' as const),
      which: fc.nat(9),
      minutes: minutes(4),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), minutes: minutes(5) }) },
);

/**
 * Judges one lease beside what stands in the ledger, minute by minute and address by address, by nothing that the
 * guards are made of. Only the one just accepted: that others end later than they should was not known to theirs.
 */
function brokenLimit(leases: readonly Lease[], accepted: Lease, nowMs: number): string | undefined {
  const open = leases.filter((one) => !isWaiting(one) && !['rejected', 'cancelled', 'failed'].includes(one.state));
  const endOf = (one: Lease) => (isFinal(one.state) ? (one.closedAtMs ?? 0) : one.expiresAtMs);
  const minute = 60_000;
  const isOpenAt = (one: Lease, at: number) => one.startsAtMs <= at && at < endOf(one);
  for (let at = Math.max(accepted.startsAtMs, nowMs - minute); at < endOf(accepted); at += minute / 2) {
    const hosts = new Set(
      open.flatMap((one) => {
        const [address = '', bits = ''] = (one.rules[0]?.sourceCidrIp ?? '').split('/');
        const length = isOpenAt(one, at) ? 2 ** (32 - Number(bits)) : 0;
        return Array.from({ length }, (_, index) => Number(address.split('.')[3]) + index);
      }),
    );
    if (hosts.size > 8) return `${hosts.size} addresses at ${at}`;
  }
  const own = open.filter(({ requester }) => requester.id === accepted.requester.id);
  const second = 1000;
  const walk = (from: number, step: number) => {
    let last = from;
    for (let at = from; Math.abs(at - last) < minute; at += step) if (own.some((one) => isOpenAt(one, at))) last = at;
    return last;
  };
  const length = walk(accepted.startsAtMs, second) + second - walk(accepted.startsAtMs, -second);
  return length > 15 * minute ? `${accepted.requester.id} for ${length / second} s` : undefined;
}

/** What was ended early is open until it is seen to be gone: no pause of a minute before the next begins. */
const endedLate: Step[] = [
  { kind: 'ask', host: 0, bits: 29, inMinutes: 0, minutes: 5, person: 1 },
  { kind: 'ask', host: 0, bits: 29, inMinutes: 5, minutes: 2, person: 1 },
  { kind: 'pass', minutes: 4 },
  { kind: 'end', which: 0, minutes: 1 },
  { kind: 'pass', minutes: 2 },
  { kind: 'ask', host: 0, bits: 29, inMinutes: 1, minutes: 9, person: 1 },
];

describe('no accepted request breaks a guard', () => {
  it('whatever is asked for, extended, ended and let pass, in whatever order', async () => {
    const tally = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const world = makeWorld(guarded());
        const ids: string[] = [];
        for (const [index, one] of steps.entries()) {
          if (one.kind === 'pass') {
            for (let done = 0; done < one.minutes * 2; done += 1) {
              world.clock.nowMs += 29_000;
              await world.pass(1);
            }
            continue;
          }
          const taken = await world.say('api', messageOf(one, index, ids, world.clock.nowMs));
          if (one.kind === 'ask' && taken?.leaseId) ids.push(taken.leaseId);
          tally[taken?.error ? 'refused' : 'accepted'] += 1;
          const leases = await world.tx((tx) => tx.listLeases({ limit: 100 }));
          const accepted =
            taken?.error || one.kind === 'end' ? undefined : leases.find(({ id }) => id === taken?.leaseId);
          if (accepted) expect(brokenLimit(leases, accepted, world.clock.nowMs)).toBeUndefined();
        }
      }),
      { numRuns: 60, examples: [[endedLate]] },
    );
    expect(tally.accepted).toBeGreaterThan(50);
    expect(tally.refused).toBeGreaterThan(50);
  });
});

function messageOf(one: Exclude<Step, { kind: 'pass' }>, index: number, ids: readonly string[], nowMs: number) {
  if (one.kind !== 'ask') {
    const leaseId = ids[one.which % Math.max(1, ids.length)] ?? 'none';
    return {
      version: 1,
      id: `S-${index}`,
      action: one.kind,
      leaseId,
      ...(one.kind === 'extend' ? { duration: `PT${one.minutes}M` } : {}),
    };
  }
  const first = one.host - (one.host % 2 ** (32 - one.bits));
  const startsAt = one.inMinutes === 0 ? {} : { startsAt: new Date(nowMs + one.inMinutes * 60_000).toISOString() };
  const rules = from(`203.0.113.${first}/${one.bits}`);
  return {
    ...request({ rules, duration: `PT${one.minutes}M`, requester: { id: `p${one.person}` }, ...startsAt }),
    id: `S-${index}`,
  };
}
