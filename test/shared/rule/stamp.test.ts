import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../shared/rule/rule.ts';
import { landingMs, provenStamp, readStamp, writeDescription } from '../../../shared/rule/stamp.ts';
import type { Target } from '../../../shared/rule/target.ts';

const target: Target = { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-a' };
const rule: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  policy: 'accept',
  priority: 1,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.7/32',
};
const at = Date.parse('2026-12-01T09:00:00Z');
const stamp = { operationId: '01kbxr5d9z8v7t6s5r4q3p2n1m', intendedAtMs: at, endsAtMs: at + 7_200_000 };
const write = (change: Partial<{ rule: Rule; ticket: string; keys: string[] }> = {}) =>
  writeDescription(stamp, { target, rule, ticket: 'OPS-1234', keys: ['new', 'old'], ...change });

describe('a stamp', () => {
  it('reads to a person first', () => {
    expect(write()).toMatch(/^OPS-1234 until 2026-12-01T11:00:00Z, temporary, removed automatically \[curfew1 /);
  });

  it('proves the rule that it was made for', () => {
    const listed = { ruleId: 'sgr-1', rule, description: write(), createdAtMs: at + 500 };

    expect(provenStamp(target, listed, ['new'])).toMatchObject(stamp);
  });

  it('is known under an older key, and not under a foreign one', () => {
    const listed = { rule, description: write({ keys: ['old'] }), createdAtMs: at };

    expect(provenStamp(target, listed, ['new', 'old'])).toBeDefined();
    expect(provenStamp(target, listed, ['other'])).toBeUndefined();
  });

  it.each([
    ['another group', { ...target, securityGroupId: 'sg-b' }, rule],
    ['another account', { ...target, account: 'other' }, rule],
    ['another port', target, { ...rule, portRange: '23/23' }],
    ['another address', target, { ...rule, sourceCidrIp: '203.0.113.8/32' }],
    ['another priority', target, { ...rule, priority: 2 }],
    ['another policy', target, { ...rule, policy: 'drop' as const }],
    ['the other direction', target, { ...rule, direction: 'egress' as const }],
  ])('proves nothing on %s', (_name, where, what) => {
    expect(provenStamp(where, { rule: what, description: write(), createdAtMs: at }, ['new'])).toBeUndefined();
  });

  it('proves nothing on a rule made before the intent or after our request could land', () => {
    const of = (createdAtMs: number) => provenStamp(target, { rule, description: write(), createdAtMs }, ['new']);

    expect(of(at - 11_000)).toBeUndefined();
    expect(of(at - 9_000)).toBeDefined();
    expect(of(at + landingMs)).toBeDefined();
    expect(of(at + landingMs + 1_000)).toBeUndefined();
  });

  it('is broken by any change of its end, operation or code', () => {
    const description = write();
    const start = description.indexOf('[curfew1 ') + 9;
    for (let index = start; index < description.length - 1; index += 1) {
      const other = description[index] === '1' ? '2' : '1';
      const forged = description.slice(0, index) + other + description.slice(index + 1);

      expect(provenStamp(target, { rule, description: forged, createdAtMs: at }, ['new'])).toBeUndefined();
    }
  });

  it('fits into 512 characters with any description and any ticket, and is read back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 600 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (description, ticket) => {
          const text = writeDescription(stamp, { target, rule: { ...rule, description }, ticket, keys: ['k'] });

          expect(text.length).toBeLessThanOrEqual(512);
          expect(text).not.toMatch(/[\p{C}]/u);
          expect(text).not.toMatch(/^https?:/i);
          expect(readStamp(text)).toMatchObject(stamp);
        },
      ),
    );
  });

  it('cannot be feigned by a requester in the description or the ticket', () => {
    const own = write();
    const text = writeDescription(stamp, { target, rule: { ...rule, description: own }, ticket: own, keys: ['k'] });

    expect(text.match(/\[curfew1 /g)).toHaveLength(1);
  });
});
