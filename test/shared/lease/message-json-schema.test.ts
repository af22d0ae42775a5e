import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { messageJsonSchema } from '../../../shared/lease/message-json-schema.ts';
import { readMessage } from '../../../shared/lease/read-message.ts';

const committed = new URL('../../../schemas/message.v1.json', import.meta.url);
// `format` is an annotation here: the patterns beside it decide, for every reader alike.
const accepts = new Ajv2020({ validateFormats: false, strict: true, strictRequired: false }).compile(
  messageJsonSchema(),
);

/** The example of the contract, section 3. */
const example = {
  version: 1,
  action: 'authorize',
  id: 'OPS-1234/1',
  target: { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-bp67acfmxazb4p' },
  rules: [
    {
      direction: 'ingress',
      ipProtocol: 'tcp',
      portRange: '22/22',
      sourceCidrIp: '203.0.113.7/32',
      policy: 'accept',
      priority: 1,
    },
  ],
  startsAt: '2026-12-01T09:00:00Z',
  duration: 'PT2H',
  requester: { id: 'lin@example.com' },
  reason: 'restart the payment worker',
  ticket: { system: 'jira', key: 'OPS-1234', url: 'https://example.atlassian.net/browse/OPS-1234' },
};
const [rule] = example.rules;
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(example).filter(([name]) => !names.includes(name)));
const later = { version: 1, id: 'M-1', leaseId: 'L-1' };

describe('the JSON Schema of a message', () => {
  it('is committed as it is generated (npm run schemas)', async () => {
    const text = await readFile(committed, 'utf8');

    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(messageJsonSchema())));
  });

  it.each([
    ['the example of the contract', example],
    ['words in upper case', { ...example, rules: [{ ...rule, ipProtocol: 'TCP', policy: 'Drop' }] }],
    ['an end instead of a duration', { ...without('duration'), expiresAt: '2026-12-01T21:00:00+08:00' }],
    ['a duration of weeks, days, hours', { ...example, duration: 'P1DT2H3M4S' }],
    ['an extension', { ...later, action: 'extend', duration: 'PT30M' }],
    ['an end by request', { version: 1, id: 'M-2', requestId: 'OPS-1234/1', action: 'end' }],
  ])('accepts %s, as the reader does', (_, message) => {
    expect(accepts(message)).toBe(true);
    expect(readMessage(message)).not.toHaveProperty('code');
  });

  it.each([
    ['an unknown field', { ...example, colour: 'red' }],
    ['an unknown field of a rule', { ...example, rules: [{ ...rule, cidr: '203.0.113.7/32' }] }],
    ['no end', without('duration')],
    ['two ends', { ...example, expiresAt: '2026-12-01T11:00:00Z' }],
    ['an instant without an offset', { ...example, startsAt: '2026-12-01T09:00:00' }],
    ['a duration of months', { ...example, duration: 'P1M' }],
    ['an empty duration', { ...example, duration: 'PT' }],
    ['no requester', without('requester')],
    ['no rules', { ...example, rules: [] }],
    ['another version', { ...example, version: 2 }],
    ['an unknown action', { ...example, action: 'open' }],
    ['an extension without a lease', { version: 1, id: 'M-1', action: 'extend', duration: 'PT30M' }],
    ['a lease named twice', { ...later, requestId: 'OPS-1234/1', action: 'end' }],
  ])('refuses %s, as the reader does', (_, message) => {
    expect(accepts(message)).toBe(false);
    expect(readMessage(message)).toHaveProperty('code');
  });
});
