import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widens } from '../../../shared/policy/widening.ts';
import type { Rule } from '../../../shared/rule/rule.ts';

const base: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '20/30',
  policy: 'accept',
  priority: 10,
  nicType: 'intranet',
  sourceCidrIp: '10.1.0.0/16',
};
const drop: Rule = { ...base, policy: 'drop' };

describe('a change', () => {
  it.each<[string, Rule, Rule | undefined]>([
    ['to more addresses', base, { ...base, sourceCidrIp: '10.0.0.0/8' }],
    ['to other addresses', base, { ...base, sourceCidrIp: '10.2.0.0/16' }],
    ['to more ports', base, { ...base, portRange: '20/31' }],
    ['to every protocol', base, { ...base, ipProtocol: 'all', portRange: '-1/-1' }],
    ['to another protocol', base, { ...base, ipProtocol: 'udp' }],
    ['to a better rank', base, { ...base, priority: 9 }],
    ['from drop to accept', drop, base],
    ['of a drop to fewer addresses', drop, { ...drop, sourceCidrIp: '10.1.1.0/24' }],
    ['of a drop to a worse rank', drop, { ...drop, priority: 11 }],
    ['that takes a drop away', drop, undefined],
    [
      'of the peer group',
      { ...base, sourceCidrIp: '', sourceGroupId: 'sg-a' },
      { ...base, sourceCidrIp: '', sourceGroupId: 'sg-b' },
    ],
    ['that forgets the source ports', { ...base, sourcePortRange: '1/9' }, base],
  ])('%s widens', (_name, before, after) => {
    expect(widens(before, after)).toBe(true);
  });

  it.each<[string, Rule, Rule | undefined]>([
    ['to fewer addresses', base, { ...base, sourceCidrIp: '10.1.2.0/24' }],
    ['to fewer ports', base, { ...base, portRange: '22/22' }],
    ['to a worse rank', base, { ...base, priority: 90 }],
    ['from accept to drop', base, drop],
    ['of the description', base, { ...base, description: 'new' }],
    ['that takes an accept away', base, undefined],
    ['of a drop to more addresses', drop, { ...drop, sourceCidrIp: '10.0.0.0/8' }],
    ['of a drop to a better rank', drop, { ...drop, priority: 1 }],
  ])('%s does not widen', (_name, before, after) => {
    expect(widens(before, after)).toBe(false);
  });

  it('widens exactly when some packet of a small world gets through that did not', () => {
    const rule = fc.record({
      policy: fc.constantFrom('accept', 'drop'),
      priority: fc.integer({ min: 1, max: 3 }),
      from: fc.integer({ min: 1, max: 4 }),
      more: fc.integer({ min: 0, max: 3 }),
      bits: fc.integer({ min: 29, max: 32 }),
      host: fc.integer({ min: 0, max: 7 }),
    });
    const make = ({
      policy,
      priority,
      from,
      more,
      bits,
      host,
    }: typeof rule extends fc.Arbitrary<infer T> ? T : never): Rule => ({
      ...base,
      policy: policy === 'drop' ? 'drop' : 'accept',
      priority,
      portRange: `${from}/${from + more}`,
      sourceCidrIp: `10.0.0.${host & ~((1 << (32 - bits)) - 1)}/${bits}`,
    });
    // Beside the rule stands a rule of every policy and rank, so that rank shows; at an equal rank drop wins.
    const lets = (one: Rule | undefined, host: number, port: number, beside: Rule) => {
      const hits = [one, beside].filter((rule) => {
        if (!rule) return false;
        const [address = '', bits = '32'] = (rule.sourceCidrIp ?? '').split('/');
        const [from = 0, to = 0] = (rule.portRange ?? '').split('/').map(Number);
        const size = 1 << (32 - Number(bits));
        const start = Number(address.split('.')[3]);
        return host >= start && host < start + size && port >= from && port <= to;
      });
      const [first] = hits.sort((a, b) => (a?.priority ?? 0) - (b?.priority ?? 0) || (a?.policy === 'drop' ? -1 : 1));
      return first?.policy === 'accept';
    };
    const besides = (['accept', 'drop'] as const).flatMap((policy) =>
      [0, 1, 2, 3, 4].map(
        (priority): Rule => ({ ...base, policy, priority, portRange: '1/9', sourceCidrIp: '10.0.0.0/29' }),
      ),
    );
    fc.assert(
      fc.property(rule, fc.option(rule, { nil: undefined }), (one, two) => {
        const [before, after] = [make(one), two === undefined ? undefined : make(two)];
        let more = false;
        for (const beside of besides) {
          for (let host = 0; host < 8; host += 1) {
            for (let port = 1; port < 9; port += 1) {
              if (lets(after, host, port, beside) && !lets(before, host, port, beside)) more = true;
            }
          }
        }
        // Never missed; in doubt it may say so once too often.
        if (more) expect(widens(before, after)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
