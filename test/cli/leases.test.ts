import { describe, expect, it } from 'vitest';
import { group } from '../fakes/world.ts';
import { startConsole } from './curfew.ts';

const request = ['-g', 'sg-a', '-p', '22', '--from', '203.0.113.7', '--for', '30m', '--reason', 'restart'];

describe('curfew open', () => {
  it('waits until the rule is open and says until when', async () => {
    const { world, curfew } = await startConsole();

    const { status, out } = await curfew('open', ...request);

    expect(status).toBe(0);
    expect(out).toMatch(/^active {2}\S{26} {2}until 2026-12-01T09:\S+Z/);
    expect(out).toContain('sg-a  accept tcp 22 from 203.0.113.7/32  [sgr-1]');
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('opens every port for every peer, in both directions', async () => {
    const { curfew } = await startConsole();
    const ports = ['-p', '22,8000-8010', '-p', '443/444'];
    const peers = ['--from', '203.0.113.0/24', '--from', '2001:db8::1', '--to', 'sg-b,pl-c'];

    const { status, out } = await curfew('open', '-g', 'sg-a', ...ports, ...peers, '--for', '1h30m', '--json');

    const { lease } = JSON.parse(out) as { lease: { rules: { text: string }[] } };
    expect(status).toBe(0);
    expect(lease.rules).toHaveLength(12);
    expect(lease.rules.map((rule) => rule.text)).toEqual(
      expect.arrayContaining([
        'accept tcp 22 from 203.0.113.0/24',
        'accept tcp 8000-8010 from 2001:db8::1/128',
        'accept tcp 443-444 to sg-b',
        'accept tcp 22 to pl-c',
      ]),
    );
  });

  it('sends reason, ticket, id, start, policy, priority and region', async () => {
    const { curfew } = await startConsole();
    const more = [
      '--ticket',
      'jira:OPS-1',
      '--id',
      'A-1',
      '--starts-at',
      '2027-01-01T00:00:00Z',
      '--region',
      'cn-beijing',
    ];

    const { status, out } = await curfew('open', ...request, ...more, '--policy', 'drop', '--priority', '7', '--json');

    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      lease: {
        state: 'scheduled',
        requestId: 'A-1',
        reason: 'restart',
        ticket: { system: 'jira', key: 'OPS-1' },
        startsAt: '2027-01-01T00:00:00Z',
        target: { regionId: 'cn-beijing' },
        rules: [{ text: 'drop tcp 22 from 203.0.113.7/32 priority 7' }],
      },
    });
  });

  it('says that a rule of somebody else is borrowed', async () => {
    const { world, curfew, openLease } = await startConsole();
    await openLease();
    const [ours] = world.cloud.rules(group);
    const other = { ...group, securityGroupId: 'sg-other' };
    if (ours) world.cloud.addByHand(other, ours.rule);

    const { out } = await curfew('open', ...request, '-g', 'sg-other');

    expect(out).toContain('it will not be removed at the end');
  });

  it('fails with the reason when the cloud refuses the rule', async () => {
    const { world, curfew } = await startConsole();
    world.cloud.refuses = () => true;

    const { status, out, err } = await curfew('open', ...request, '--json');

    expect(status).toBe(1);
    expect(err).toContain('failed');
    expect(JSON.parse(out)).toMatchObject({
      lease: { state: 'failed' },
      error: { status: 1, code: expect.any(String) },
    });
  });

  it('is refused by the guards, naming the option', async () => {
    const guard = () => ({ code: 'TOO_LONG', message: 'longer than 15 minutes', path: '/duration' });
    const { curfew } = await startConsole({ guard });

    const { status, out, err } = await curfew('open', ...request);

    expect(status).toBe(1);
    expect(out).toBe('');
    expect(err).toBe('curfew: longer than 15 minutes (--for, --by or --to) [TOO_LONG]\n');
  });

  it('returns at once with --no-wait', async () => {
    const { world, curfew } = await startConsole();
    for (let look = 0; look < 1_000; look += 1) world.cloud.faults.push({ kind: 'describe', fault: 'lost-before' });

    const { status, out } = await curfew('open', ...request, '--no-wait', '--json');

    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ lease: { state: 'opening' } });
  });
});

describe('curfew plan', () => {
  it('shows the calls and what is in the way, and opens nothing', async () => {
    const { world, curfew, openLease } = await startConsole();
    await openLease('--policy', 'drop', '--from', '0.0.0.0/0');

    const { status, out } = await curfew('plan', ...request);

    expect(status).toBe(0);
    expect(out).toContain('allowed');
    expect(out).toContain('would let nothing through');
    expect(out).toContain('AuthorizeSecurityGroup');
    expect(world.cloud.rules(group)).toHaveLength(2);
  });

  it('tells who decides, whether its traffic would pass, and what it costs', async () => {
    const { world, curfew } = await startConsole();
    world.cloud.addByHand(group, {
      ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', policy: 'accept', priority: 1 },
      ...{ nicType: 'intranet', sourceCidrIp: '203.0.113.0/24' },
    });

    const { out } = await curfew('plan', ...request);

    expect(out).toMatch(
      /decided by the policy whoever-is-proved-may-ask \(version [0-9a-f]{12}\); nobody has to approve/,
    );
    expect(out).toContain('already open, permanently, by sgr-1: "accept tcp 22 from 203.0.113.0/24"');
    expect(out).toContain('Calls that it takes: 4 to look, 1 to change now, 1 at the end');
    expect(out).toContain('reaches: 3.');
  });

  it('says a refusal in Chinese on demand', async () => {
    const refused = { code: 'NO', message: 'not here', messageZh: '此处不行', path: '' };
    const { curfew } = await startConsole({ guard: () => refused });

    expect((await curfew('plan', ...request, '--lang', 'zh')).err).toContain('此处不行');
    expect((await curfew('open', ...request, '--lang', 'zh')).err).toContain('此处不行');
    expect((await curfew('open', ...request)).err).toContain('not here');
  });

  it('ends with 1 where the request would be refused', async () => {
    const { curfew } = await startConsole({ guard: () => ({ code: 'NO', message: 'not here', path: '' }) });

    const { status, out } = await curfew('plan', ...request, '--json');

    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ plan: { allowed: false }, error: { code: 'NO' } });
  });
});

describe('curfew list and show', () => {
  it('lists live leases in a table, and all of them on demand', async () => {
    const { curfew, openLease } = await startConsole();
    const [first, second] = [await openLease(), await openLease('-p', '80')];
    await curfew('end', first);

    const live = await curfew('list');
    const all = await curfew('list', '--all', '--json', '--limit', '1');

    const [header, line, ...rest] = live.out.trimEnd().split('\n');
    expect(header).toMatch(/^ID +STATE +GROUP +RULES +REQUESTER +ENDS$/);
    expect(line).toContain(second);
    expect(rest[0]).toContain('accept tcp 80');
    expect(JSON.parse(all.out)).toMatchObject({ leases: [{ id: second }], isCut: true });
  });

  it('tells the story of a lease', async () => {
    const { curfew, openLease } = await startConsole();
    const id = await openLease('--reason', 'restart', '--ticket', 'OPS-1');

    const { status, out } = await curfew('show', id);

    expect(status).toBe(0);
    expect(out).toContain('because: restart');
    expect(out).toMatch(/2026-12-01T09:\S+Z {2}lease\.accepted {2}lin/);
  });

  it('lets nobody write lines of their own, or move the cursor, by what they write in a ticket', async () => {
    const { curfew, openLease } = await startConsole();
    const reason = 'restart\n  approvals: 2 of 2 (mei)\r\u001b[2K\u001b[8mhidden \u202eevil';
    const id = await openLease('--reason', reason);

    const { out } = await curfew('show', id);
    const json = await curfew('show', id, '--json');

    expect(out).toContain('because: restart   approvals: 2 of 2 (mei) [2K [8mhidden  evil\n');
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(json.out)).toMatchObject({ lease: { reason } });
  });

  it('says in either language why Curfew ended a lease, and what a person wrote as it is', async () => {
    const { curfew, world, openLease } = await startConsole();
    const ids = [await openLease(), await openLease('-p', '80'), await openLease('-p', '81')];
    await curfew('end', ids[0] ?? '');
    await curfew('end', ids[1] ?? '', '--reason', 'done early');
    world.cloud.describe = async () => ({ kind: 'refused', class: 'group-gone', code: 'gone', message: 'gone' });
    await world.pass(70);

    const told = async (...more: string[]) =>
      Promise.all(
        ids.map(
          async (id) =>
            /(?:ended early: |提前结束：)(.*)/.exec((await curfew('show', id, ...more)).out)?.[1] ?? 'nothing',
        ),
      );

    expect(await told()).toEqual(['ended by request', 'done early', 'the security group does not exist']);
    expect(await told('--lang', 'zh')).toEqual(['按要求结束', '“done early”', '没有这个安全组']);
  });

  it('ends with 1 for a lease that there is not', async () => {
    const { curfew } = await startConsole();

    const { status, out, err } = await curfew('show', 'none', '--json');

    expect(status).toBe(1);
    expect(err).toContain('[LEASE_NOT_FOUND]');
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'LEASE_NOT_FOUND', status: 1 } });
  });
});

describe('curfew extend, shorten and end', () => {
  it('moves the end by so much, to an instant, and to so much from now', async () => {
    const { curfew, openLease } = await startConsole();
    const id = await openLease('--starts-at', '2026-12-02T00:00:00Z');

    const longer = await curfew('extend', id, '--by', '30m', '--json');
    const until = await curfew('extend', id, '--until', '2026-12-02T08:00:00Z', '--json');
    const refused = await curfew('shorten', id, '--to', '30d');

    expect(JSON.parse(longer.out)).toMatchObject({ lease: { expiresAt: '2026-12-02T01:30:00Z' } });
    expect(JSON.parse(until.out)).toMatchObject({ lease: { expiresAt: '2026-12-02T08:00:00Z' } });
    expect(refused.status).toBe(1);
    expect(refused.err).toContain('[NOT_EARLIER]');
  });

  it('ends a lease and waits until its rule is gone', async () => {
    const { world, curfew, openLease } = await startConsole();
    const id = await openLease();

    const { status, out } = await curfew('end', id, '--reason', 'done early');

    expect(status).toBe(0);
    expect(out).toMatch(/^ended/);
    expect(world.cloud.rules(group)).toEqual([]);
  });

  it('ends the others when one cannot be ended', async () => {
    const { world, curfew, openLease } = await startConsole();
    const id = await openLease();

    const { status, out } = await curfew('end', 'none', id, '--json');

    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      leases: [{ id, state: 'ended' }],
      failed: [{ leaseId: 'none', error: { code: 'LEASE_NOT_FOUND' } }],
      error: { status: 1 },
    });
    expect(world.cloud.rules(group)).toEqual([]);
  });

  it('ends all of a group, of a person, and all there are', async () => {
    const { curfew, openLease } = await startConsole();
    const leases = async (...args: string[]) =>
      (JSON.parse((await curfew('end', ...args, '--json')).out) as { leases: unknown[] }).leases.length;
    await openLease('-g', 'sg-b');

    expect(await leases('--group', 'sg-a')).toBe(0);
    expect(await leases('--group', 'sg-b')).toBe(1);
    await openLease();
    expect(await leases('--requester', 'lin')).toBe(1);
    expect(await leases('--all')).toBe(0);
  });
});

describe('curfew freeze and uninstall', () => {
  it('freezes, says so, and lifts', async () => {
    const { curfew } = await startConsole();

    const frozen = await curfew('freeze', '--reason', 'incident');
    const refused = await curfew('open', ...request);
    const lifted = await curfew('freeze', '--lift');
    const now = await curfew('freeze', '--status', '--json');

    expect(frozen.out).toContain('frozen by lin');
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('[FROZEN]') });
    expect(lifted.out).toContain('not frozen');
    expect(JSON.parse(now.out)).toEqual({ frozen: false });
  });

  it('leaves no rule of ours and lets nothing new in', async () => {
    const { world, curfew, openLease } = await startConsole();
    await openLease();

    const { status, out } = await curfew('uninstall', '--yes');

    expect(status).toBe(0);
    expect(out).toContain('clean: 1 ended, no rule of ours in 1 groups');
    expect(world.cloud.rules(group)).toEqual([]);
    expect((await curfew('freeze', '--status')).out).toContain('frozen by lin');
  });

  it('ends with 1 and names what is left behind', async () => {
    const { world, curfew, openLease } = await startConsole();
    await openLease();
    const [ours] = world.cloud.rules(group);
    if (ours) world.cloud.addByHand(group, { ...ours.rule, portRange: '23/23' }, ours.description);

    const { status, err } = await curfew('uninstall', '--yes');

    expect(status).toBe(1);
    expect(err).toContain('sg-a still has sgr-2 (accept tcp 23 from 203.0.113.7/32)');
    expect(err).toContain('[LEFT_BEHIND]');
  });
});
