import { describe, expect, it } from 'vitest';
import { dropEffect } from '../../../functions/console/drop-effect.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { group } from '../../fakes/world.ts';
import { leaseBody, makeConsole, ssh } from './console.ts';

const drop: Rule = { ...ssh, policy: 'drop', priority: 10, sourceCidrIp: '203.0.113.0/24' };
const accept = (change: Partial<Rule>): Rule => ({ ...drop, policy: 'accept', ...change });
const effect = (...accepts: Partial<Rule>[]) => {
  const found = dropEffect(
    drop,
    accepts.map((change) => ({ rule: accept(change), description: '' })),
  );
  const covers = (list: readonly { covers: string }[] = []) => list.map((one) => one.covers).join();
  return [found?.drops, covers(found?.shadows), covers(found?.losesTo)];
};

describe('what a drop rule does beside an accept rule', () => {
  it.each<[string, Partial<Rule>, string, string, string]>([
    ['of equal priority: drop wins', {}, 'everything', 'whole', ''],
    ['of a higher number', { priority: 11 }, 'everything', 'whole', ''],
    ['of a lower number', { priority: 9 }, 'nothing', '', 'whole'],
    ['of a lower number for some addresses', { priority: 1, sourceCidrIp: '203.0.113.7/32' }, 'part', '', 'part'],
    ['of a lower number from everywhere', { priority: 1, sourceCidrIp: '0.0.0.0/0' }, 'nothing', '', 'whole'],
    ['from everywhere', { sourceCidrIp: '0.0.0.0/0' }, 'everything', 'part', ''],
    ['for other ports', { priority: 1, portRange: '80/80' }, 'everything', '', ''],
    ['for every protocol', { priority: 1, ipProtocol: 'all', portRange: '-1/-1' }, 'nothing', '', 'whole'],
    ['of the other direction', { priority: 1, direction: 'egress' }, 'everything', '', ''],
  ])('%s', (_, change, drops, shadows, losesTo) => {
    expect(effect(change)).toEqual([drops, shadows, losesTo]);
  });

  it('is told of all of them', () => {
    expect(effect({}, { priority: 1, portRange: '22/23', sourceCidrIp: '203.0.113.0/25' })).toEqual([
      'part',
      'whole',
      'part',
    ]);
  });

  it('is nothing that an accept rule has', () => {
    expect(dropEffect(accept({}), [])).toBeUndefined();
  });
});

describe('planning a quarantine', () => {
  it('names the accept rules that it shadows and those that it loses to', async () => {
    const { world, call } = makeConsole();
    world.cloud.addByHand(group, { ...ssh, priority: 5 });
    world.cloud.addByHand(group, { ...ssh, portRange: '1/65535', sourceCidrIp: '203.0.0.0/16' });
    const rules = [{ ...ssh, policy: 'drop', priority: 3 }];

    const { body } = await call('POST', '/api/plan', leaseBody({ rules }));

    expect(body.rules[0]?.dropEffect).toEqual({
      drops: 'nothing',
      shadows: [{ ruleId: 'sgr-1', text: 'accept tcp 22 from 203.0.113.7/32 priority 5', covers: 'whole' }],
      losesTo: [{ ruleId: 'sgr-2', text: 'accept tcp 1-65535 from 203.0.0.0/16', covers: 'whole' }],
    });
    expect(body.rules[0]).not.toHaveProperty('dropShadow');
  });
});
