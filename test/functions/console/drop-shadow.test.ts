import { describe, expect, it } from 'vitest';
import { dropShadow } from '../../../functions/console/drop-shadow.ts';
import type { Rule } from '../../../shared/rule/rule.ts';

const accept: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/80',
  policy: 'accept',
  priority: 10,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.0/24',
};
const drop = (change: Partial<Rule>): Rule => ({ ...accept, policy: 'drop', ...change });
const covers = (rule: Rule, other: Rule) => dropShadow(rule, [{ rule: other, description: '' }])?.covers;

describe('the drop rule that takes precedence', () => {
  it.each<[string, Partial<Rule>, string | undefined]>([
    ['of equal priority', {}, 'whole'],
    ['of a higher one', { priority: 1 }, 'whole'],
    ['of a lower one', { priority: 11 }, undefined],
    ['of the other direction', { direction: 'egress' }, undefined],
    ['of the other network', { nicType: 'internet' }, undefined],
    ['of every protocol', { ipProtocol: 'all', portRange: '-1/-1' }, 'whole'],
    ['of another protocol', { ipProtocol: 'udp' }, undefined],
    ['of more ports', { portRange: '1/1024' }, 'whole'],
    ['of some of the ports', { portRange: '80/90' }, 'part'],
    ['of other ports', { portRange: '81/90' }, undefined],
    ['of some source ports', { sourcePortRange: '1024/2048' }, 'part'],
    ['from everywhere', { sourceCidrIp: '0.0.0.0/0' }, 'whole'],
    ['from some of the addresses', { sourceCidrIp: '203.0.113.7/32' }, 'part'],
    ['from other addresses', { sourceCidrIp: '198.51.100.0/24' }, undefined],
  ])('%s covers %j: %s', (_, change, expected) => {
    expect(covers(accept, drop(change))).toBe(expected);
  });

  it('covers part of a group when it drops every address', () => {
    const { sourceCidrIp: _, ...rest } = accept;

    expect(covers({ ...rest, sourceGroupId: 'sg-b' }, drop({ sourceCidrIp: '0.0.0.0/0' }))).toBe('part');
  });

  it('is none for a rule that drops itself', () => {
    expect(covers(drop({}), drop({ priority: 1 }))).toBeUndefined();
  });

  it('is the one that covers the whole, where several cover', () => {
    const part = { rule: drop({ portRange: '80/80' }), description: 'part' };
    const whole = { rule: drop({}), description: 'whole' };

    expect(dropShadow(accept, [part, whole])?.listed).toBe(whole);
  });
});
