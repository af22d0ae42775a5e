import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Check } from '../../shared/hands/doctor/check.ts';
import { group } from '../fakes/world.ts';
import { dingtalkForm, tickets as ticketsOf } from '../support/tickets.ts';
import { runCurfew, startConsole } from './curfew.ts';

const shipped = fileURLToPath(new URL('../../config', import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-'));
  await cp(shipped, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

describe('curfew check', () => {
  it('finds nothing wrong with what is shipped', async () => {
    expect(await runCurfew(['check', folder])).toMatchObject({ status: 0, out: expect.stringContaining('valid') });
  });

  it('says what is wrong, with file and line, and ends with 1', async () => {
    const path = join(folder, 'guards.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}\nworldOpne: allow\n`);
    const line = text.split('\n').length + 1;

    const ran = await runCurfew(['check', folder]);
    const json = JSON.parse((await runCurfew(['check', folder, '--json'])).out);

    expect(ran.status).toBe(1);
    expect(ran.out).toContain(`guards.yaml:${line}:1: there is no field "worldOpne" here`);
    expect(json).toMatchObject({ problems: [{ file: 'guards.yaml', line }], error: { code: 'INVALID_CONFIG' } });
  });

  it.each([
    ['{ count: 200, unknown: refuse }', undefined],
    ['{ count: -1, unknown: refuse }', '18: count must be at least 0'],
    ['{ count: 200 }', '1: unknown is missing'],
    ['{ count: 200, unknown: perhaps }', '30: unknown must be one of "refuse", "allow"'],
    ['200', '1: mostInstances must be an object, not a number'],
  ])('reads the limit on the instances of a group: %s', async (limit, wrong) => {
    const path = join(folder, 'guards.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}\nmostInstances: ${limit}\n`);

    const { status, out } = await runCurfew(['check', '--config', folder]);

    expect(status).toBe(wrong === undefined ? 0 : 1);
    const line = text.split('\n').length + 1;
    expect(out).toContain(wrong === undefined ? 'valid' : `guards.yaml:${line}:${wrong}`);
  });

  it('wants a folder that is there', async () => {
    expect(await runCurfew(['check', join(folder, 'none')])).toMatchObject({ status: 2 });
  });
});

describe('curfew hooks try', () => {
  const message = (change: object = {}) => ({
    version: 1,
    action: 'authorize',
    id: 'OPS-1/1',
    target: { ...group, securityGroupId: 'sg-demo-web' },
    rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
    duration: 'PT1H',
    requester: { id: 'lin@example.com' },
    ...change,
  });
  const attempt = async (body: unknown, source = 'tickets') => {
    const file = join(folder, 'body.json');
    await writeFile(file, JSON.stringify(body));
    return runCurfew(['hooks', 'try', '--source', source, '--config', folder, file]);
  };
  const requested = (data: unknown) => ({ type: 'lease.requested', timestamp: '2026-12-01T09:00:00Z', data });

  it('says that a good one would be taken', async () => {
    expect(await attempt(requested(message()))).toMatchObject({
      status: 0,
      out: expect.stringContaining('It would be taken.'),
    });
  });

  it('says which policies decide, and that they say no', async () => {
    const policy = join(folder, 'policy.cedar');
    const text = await readFile(policy, 'utf8');
    const [allowed] = [await attempt(requested(message()))];
    await writeFile(policy, `${text}\n@id("quiet") @reason("not today") forbid(principal, action, resource);\n`);
    const denied = await attempt(requested(message()));
    await writeFile(policy, text);

    expect(allowed.out).toContain('the policies allow it: decided by the policy whoever-is-proved-may-ask');
    expect(denied).toMatchObject({ status: 1, err: expect.stringContaining('[POLICY_DENIED]') });
    expect(denied.out).toContain('not today');
  });

  it('says that an event of another kind would be ignored', async () => {
    expect(await attempt({ type: 'issue.created', data: {} })).toMatchObject({
      status: 0,
      out: expect.stringContaining('It would be ignored.'),
    });
  });

  it.each([
    ['a message that is not well formed', requested(message({ durration: 'PT1H' })), 'UNKNOWN_FIELD', '/durration'],
    ['a lease that is too long', requested(message({ duration: 'P400D' })), 'LEASE_TOO_LONG', '/duration'],
    [
      'an account that there is not',
      requested(message({ target: { ...group, account: 'x' } })),
      'UNKNOWN_ACCOUNT',
      '/target/account',
    ],
  ])('says why not: %s', async (_what, body, code, path) => {
    const ran = await attempt(body);

    expect(ran.status).toBe(1);
    expect(ran.out).toContain(code);
    expect(ran.out).toContain(path);
  });

  it('says what a ticket would come to, with its headers and its form', async () => {
    await cp(join(folder, 'examples/sources.yaml'), join(folder, 'sources.yaml'));
    const at = (name: string) => join(folder, `${name}.json`);
    const files = { body: ticketsOf.dingtalk.body('asked'), instance: dingtalkForm, headers: { 'X-Any': '1' } };
    for (const [name, content] of Object.entries(files)) await writeFile(at(name), JSON.stringify(content));
    const attempt = ['hooks', 'try', '--source', 'dingtalk', '--config', folder, at('body')];

    const whole = await runCurfew([
      ...attempt,
      '--instance',
      at('instance'),
      '--headers',
      at('headers'),
      '--header',
      'x-b: 2',
    ]);
    const bare = await runCurfew(attempt);

    expect(whole).toMatchObject({ status: 0, out: expect.stringContaining('event number 4: authorize') });
    expect(whole.out).toContain('"sourceCidrIp": "203.0.113.7/32"');
    expect(bare).toMatchObject({ status: 1, err: expect.stringContaining('[') });
    await writeFile(at('body'), '[]');
    expect(await runCurfew(attempt)).toMatchObject({ status: 1, err: expect.stringContaining('[INVALID_TYPE]') });
  });

  it('knows which sources send webhooks', async () => {
    const ran = await attempt(requested(message()), 'nobody');

    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('there is: tickets') });
  });
});

describe('curfew doctor, abandon and adopt', () => {
  const well: Check = { name: 'stamp keys', verdict: 'ok', found: '1' };
  const ill: Check = { name: 'timer of revoke', verdict: 'failed', found: 'never ran', advice: 'enable its trigger' };

  it('ends with 0 when nothing has failed, and with 1 and what to do when something has', async () => {
    const healthy = await startConsole({ examine: async () => [well, { ...ill, verdict: 'warning' }] });
    const sick = await startConsole({ examine: async () => [well, ill] });

    expect(await healthy.curfew('doctor')).toMatchObject({ status: 0 });
    expect(await sick.curfew('doctor')).toMatchObject({
      status: 1,
      out: expect.stringContaining('enable its trigger'),
      err: expect.stringContaining('timer of revoke'),
    });
  });

  it('gives a lease up when somebody insists', async () => {
    const { curfew, openLease } = await startConsole();
    const id = await openLease();

    const refused = await curfew('abandon', id, '-r', 'ours');
    const done = await curfew('abandon', id, '-r', 'ours', '--force', '--json');

    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('NOT_STUCK') });
    expect(JSON.parse(done.out)).toMatchObject({ lease: { state: 'failed', error: { code: 'ABANDONED' } } });
  });

  it('adopts a rule', async () => {
    const { curfew, world } = await startConsole();
    const rule = {
      direction: 'ingress',
      ipProtocol: 'tcp',
      portRange: '22/22',
      policy: 'accept',
      priority: 1,
    } as const;
    const { ruleId } = world.cloud.addByHand(group, { ...rule, nicType: 'intranet', sourceCidrIp: '192.0.2.1/32' });

    const ran = await curfew('adopt', '-g', 'sg-a', '--rule', ruleId, '--for', '1h', '-r', 'forgotten', '--json');

    expect(JSON.parse(ran.out)).toMatchObject({ lease: { state: 'active', reason: 'forgotten' } });
  });
});
