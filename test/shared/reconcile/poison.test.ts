import { describe, expect, it } from 'vitest';
import type { RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import { sweep } from '../../../shared/reconcile/sweep.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import type { Target } from '../../../shared/rule/target.ts';
import { ledgerThrough } from '../../fakes/ledger-through.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const ruleFrom = (octet: number) => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  sourceCidrIp: `203.0.113.${octet}/32`,
});
const groupNumber = (n: number): Target => ({ ...group, securityGroupId: `sg-${n}` });

/** A world in which the adapter throws, as a bug of ours would, for some groups or some rules. */
function poisoned({ target = (_: Target) => false, rule = (_: Rule) => false }) {
  const world = makeWorld();
  const fail = (): never => {
    throw new Error('something that nobody expected');
  };
  const api: RuleApi = {
    abilities: world.cloud.abilities,
    bytesOf: (one) => world.cloud.bytesOf(one),
    actionOf: world.cloud.actionOf,
    describe: (where) => (target(where) ? fail() : world.cloud.describe(where)),
    prepare: (where, change) =>
      change.kind !== 'modify' && change.rules.some(rule) ? fail() : world.cloud.prepare(where, change),
    send: (...call) => world.cloud.send(...call),
  };
  const deps = { ...world.deps, apiFor: () => api };
  return { ...world, sweepOnce: (hand: 'grant' | 'revoke') => sweep(deps, hand, () => true) };
}

describe('a sweep', () => {
  it('works every group that can be worked, however many cannot', async () => {
    const world = poisoned({ target: ({ securityGroupId }) => securityGroupId !== 'sg-60' });
    for (let n = 1; n <= 60; n += 1) await world.send(undefined, request({ target: groupNumber(n) }));

    const report = await world.sweepOnce('grant');

    expect(report).toMatchObject({ groups: 60, failures: 59 });
    expect(world.cloud.rules(groupNumber(60))).toHaveLength(1);
  });

  it('works every rule of a group that can be worked, beside one that cannot', async () => {
    const isPoison = (rule: Rule) => rule.sourceCidrIp === '203.0.113.7/32';
    const world = poisoned({ rule: isPoison });
    const messages = Array.from({ length: 9 }, (_, n) => request({ rules: [ruleFrom(n + 1)] }));
    await world.send(undefined, ...messages);

    const report = await world.sweepOnce('grant');

    expect(report).toMatchObject({ groups: 1, rules: 9, failures: 1 });
    expect(world.cloud.rules(group)).toHaveLength(8);
    expect(world.logged.filter(({ fields }) => fields?.code === 'NOT_WORKED' && fields.alarm)).toHaveLength(1);
  });

  it('ends every lease that can be ended beside one that cannot, in the same sweep', async () => {
    let isArmed = false;
    const world = poisoned({ rule: (rule) => isArmed && rule.sourceCidrIp === '203.0.113.7/32' });
    await world.send(undefined, ...Array.from({ length: 9 }, (_, n) => request({ rules: [ruleFrom(n + 1)] })));
    await world.sweepOnce('grant');
    world.clock.nowMs += 61_000;
    isArmed = true;

    await world.sweepOnce('revoke');

    expect(world.cloud.rules(group).map(({ rule }) => rule.sourceCidrIp)).toEqual(['203.0.113.7/32']);
    isArmed = false;
    world.clock.nowMs += 60_000;
    await world.sweepOnce('revoke');
    expect(world.cloud.rules(group)).toEqual([]);
  });

  it('gives up for now where the ledger itself fails, again and again', async () => {
    const world = makeWorld();
    let claims = 0;
    const ledger = ledgerThrough((label, work) => {
      if (label !== 'claim') return world.ledger.transaction(label, work);
      claims += 1;
      return Promise.reject(Object.assign(new Error('busy'), { code: 'LEDGER_BUSY' }));
    });

    const report = await sweep({ ...world.deps, ledger }, 'revoke', () => true);

    expect(report.failures).toBe(claims);
    expect(claims).toBeLessThan(30);
  });
});
