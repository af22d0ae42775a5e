import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trafficOf } from '../../../functions/console/traffic.ts';
import type { ListedRule, Rule } from '../../../shared/rule/rule.ts';

const ssh: Rule = {
  ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', policy: 'accept', priority: 10 },
  ...{ nicType: 'intranet', sourceCidrIp: '203.0.113.0/30' },
};
const listed = (...rules: Partial<Rule>[]): ListedRule[] =>
  rules.map((rule, index) => ({ ruleId: `sgr-${index + 1}`, rule: { ...ssh, ...rule }, description: '' }));
const outcome = (...rules: Partial<Rule>[]) => {
  const { now, afterwards, openBy } = trafficOf(ssh, listed(...rules)) ?? {};
  return [now, afterwards, openBy?.ruleId];
};

describe('the traffic of a rule', () => {
  it('is let in by it where nothing is about it', () => {
    expect(outcome()).toEqual(['none', 'all', undefined]);
    expect(outcome({ portRange: '80/80' }, { nicType: 'internet' })).toEqual(['none', 'all', undefined]);
  });

  it('passes already where a wider rule lets all of it through', () => {
    expect(outcome({ sourceCidrIp: '203.0.113.0/24', portRange: '1/1024' })).toEqual(['all', 'all', 'sgr-1']);
    expect(outcome({ sourceCidrIp: '203.0.113.1/32' })).toEqual(['part', 'all', undefined]);
  });

  it('does not pass a drop of the same or a lower number, whole or in part', () => {
    const drop = { policy: 'drop', sourceCidrIp: '0.0.0.0/0' } as const;

    expect(outcome({ ...drop, priority: 10 })).toEqual(['none', 'none', undefined]);
    expect(outcome({ ...drop, priority: 11 })).toEqual(['none', 'all', undefined]);
    expect(outcome({ ...drop, priority: 10, sourceCidrIp: '203.0.113.1/32' })).toEqual(['none', 'part', undefined]);
  });

  it('passes a drop where another rule comes before it', () => {
    expect(outcome({ policy: 'drop', priority: 5 }, { priority: 4 })).toEqual(['all', 'all', 'sgr-2']);
    expect(outcome({ policy: 'drop', priority: 5 }, { priority: 4, sourceCidrIp: '203.0.113.1/32' })).toEqual([
      'part',
      'part',
      undefined,
    ]);
  });

  it('on its way out depends on the kind of group where nothing is about it', () => {
    const { sourceCidrIp: _, ...rest } = ssh;
    const out: Rule = { ...rest, direction: 'egress', destCidrIp: '203.0.113.0/30' };

    expect(trafficOf(out, [])).toEqual({ now: 'unknown', afterwards: 'all', openBy: undefined });
    expect(trafficOf({ ...ssh, policy: 'drop' }, [])).toBeUndefined();
  });

  it('is never told to pass or not to pass otherwise than packet by packet', () => {
    const rule = fc.record({
      policy: fc.constantFrom('accept' as const, 'drop' as const),
      priority: fc.integer({ min: 8, max: 12 }),
      ipProtocol: fc.constantFrom('tcp', 'all'),
      portRange: fc.constantFrom('22/22', '1/1024', '80/80'),
      sourceCidrIp: fc.constantFrom(
        '203.0.113.0/30',
        '203.0.113.0/31',
        '203.0.113.1/32',
        '203.0.113.8/29',
        '0.0.0.0/0',
      ),
    });
    void fc.assert(
      fc.property(fc.array(rule, { maxLength: 5 }), (rules) => {
        const listing = listed(
          ...rules.map((one) => ({ ...one, ...(one.ipProtocol === 'all' ? { portRange: '-1/-1' } : {}) })),
        );
        const { now, afterwards } = trafficOf(ssh, listing) ?? {};

        expect(agrees(now, packets(listing))).toBe(true);
        expect(agrees(afterwards, packets([...listing, { rule: ssh, description: '' }]))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** Which of the four addresses' packets to port 22 pass: the lowest number decides, of equal ones the drop. */
const packets = (listing: readonly ListedRule[]): readonly boolean[] =>
  [0, 1, 2, 3].map((last) => {
    const about = listing.flatMap(({ rule }) => (rule && isAbout(rule, last) ? [rule] : []));
    const first = Math.min(...about.map(({ priority }) => priority));
    const deciding = about.filter(({ priority }) => priority === first);
    return deciding.length > 0 && deciding.every(({ policy }) => policy === 'accept');
  });

function isAbout({ ipProtocol, portRange = '', sourceCidrIp = '' }: Rule, last: number): boolean {
  const [from = 0, to = 0] = ipProtocol === 'all' ? [1, 65_535] : portRange.split('/').map(Number);
  const [address = '', bits = ''] = sourceCidrIp.split('/');
  const size = 2 ** (32 - Number(bits));
  const start = Number(address.split('.')[3]);
  return from <= 22 && 22 <= to && (bits === '0' || (start <= last && last < start + size));
}

/** "part" may be said of anything: it is what is said in doubt. */
function agrees(told: string | undefined, passes: readonly boolean[]): boolean {
  if (told === 'all') return passes.every(Boolean);
  if (told === 'none') return !passes.some(Boolean);
  return told === 'part';
}
