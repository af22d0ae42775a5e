import { describe, expect, it } from 'vitest';
import { guardReach } from '../../shared/policy/guard-reach.ts';
import type { Rule } from '../../shared/rule/rule.ts';
import { group } from '../fakes/world.ts';
import { startConsole } from './curfew.ts';

const portal: Rule = {
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: '443/443',
  policy: 'accept',
  priority: 7,
  nicType: 'intranet',
  sourceCidrIp: '10.0.0.0/8',
};
const attributes = ['-p', '443', '--from', '10.0.0.0/8', '--priority', '7'];

async function startChanging() {
  const made = await startConsole();
  const { ruleId } = made.world.cloud.addByHand(group, portal, 'made by the platform team');
  const run = (command: string, ...args: string[]) => made.curfew(command, '-g', 'sg-a', ...args);
  const find = () => made.world.cloud.rules(group).find((one) => one.ruleId === ruleId);
  return { ...made, ruleId, find, change: run };
}
const leaseOf = (out: string) =>
  (JSON.parse(out) as { lease: { id: string; state: string; expiresAt?: string; changes: object[] } }).lease;

describe('curfew modify', () => {
  it('changes a rule until its end and says what it does', async () => {
    const { ruleId, find, change } = await startChanging();

    const { status, out } = await change('modify', '--rule', ruleId, '--set', 'priority=9', '--for', '2h');

    expect(status).toBe(0);
    expect(out).toMatch(/^active {2}\S{26} {2}until 2026-12-01T11:/);
    expect(out).toContain(`sg-a  change ${ruleId} (accept tcp 443 from 10.0.0.0/8 priority 7): priority 9`);
    expect(find()?.rule.priority).toBe(9);
  });

  it('sets several fields of several rules, in the words of the other options too', async () => {
    const { world, ruleId, change } = await startChanging();
    const other = world.cloud.addByHand(group, { ...portal, portRange: '80/80' });
    const sets = ['--set', 'from=10.1.0.0/16', '--set', 'port=8443', '--set', 'description=for a while'];

    const { status } = await change('modify', '--rule', `${ruleId},${other.ruleId}`, ...sets, '--for', '1h');

    expect(status).toBe(0);
    expect(world.cloud.rules(group)).toMatchObject([
      { rule: { sourceCidrIp: '10.1.0.0/16', portRange: '8443/8443' }, description: 'for a while' },
      { rule: { sourceCidrIp: '10.1.0.0/16', portRange: '8443/8443' }, description: 'for a while' },
    ]);
  });

  it('without an end is done for good, and shows none anywhere', async () => {
    const { ruleId, find, change, curfew } = await startChanging();
    const start = ['--starts-at', '2026-12-02T00:00:00Z'];

    const now = await change('modify', ...attributes, '--set', 'description=owned by the portal team');
    const later = await change('revoke', '--rule', ruleId, ...start);
    const list = await curfew('list', '--all');
    const [, id = ''] = /(\d{26})/.exec(later.out) ?? [];
    const story = await curfew('show', id);

    expect(now).toMatchObject({ status: 0, out: expect.stringMatching(/^ended .*\(no end\)/) });
    expect(find()?.description).toBe('owned by the portal team');
    expect(later.out).toMatch(/^scheduled .* from 2026-12-02T00:00:00Z \(no end\)/);
    expect(list.out).toMatch(/scheduled.*no end/);
    for (const { out } of [now, later, list, story]) expect(out).not.toContain('9999');
  });

  it('ends with 1 and names the option where the API does not change such a field', async () => {
    const { ruleId, change } = await startChanging();

    const { status, err } = await change('modify', '--rule', ruleId, '--set', 'direction=egress', '--for', '1h');

    expect(status).toBe(1);
    expect(err).toContain('(--set) [CHANGE_NOT_POSSIBLE]');
  });
});

describe('curfew revoke', () => {
  it('removes a rule named by its attributes, and puts it back when the lease is ended', async () => {
    const { world, change, curfew } = await startChanging();

    const { status, out } = await change('revoke', ...attributes, '--for', '1h', '--json');
    const during = world.cloud.rules(group).length;
    await curfew('end', leaseOf(out).id);

    expect(status).toBe(0);
    expect(during).toBe(0);
    expect(world.cloud.rules(group)).toMatchObject([{ rule: portal, description: 'made by the platform team' }]);
  });

  it('ends with 1 where there is no such rule', async () => {
    const { change } = await startChanging();

    const { status, err } = await change('revoke', '--rule', 'sgr-nobody', '--for', '1h');

    expect(status).toBe(1);
    expect(err).toContain('[RULE_NOT_FOUND]');
  });
});

describe('curfew plan of a change', () => {
  it('shows the rule as it is and as it would be', async () => {
    const { ruleId, find, change } = await startChanging();

    const asked = ['--action', 'modify', '--rule', ruleId, '--set', 'priority=1'];
    const { status, out } = await change('plan', ...asked);
    const chinese = await change('plan', ...asked, '--lang', 'zh');

    expect(status).toBe(0);
    expect(out).toContain('without an end');
    expect(out).toContain('priority 7 → 1');
    expect(out).toContain('lets more through than before');
    expect(out).toContain('ModifySecurityGroupRule');
    expect(chinese.out).toMatch(/^允许 {2}自 \S+ 起，无期限\n/);
    expect(chinese.out).toContain('放行范围比之前更大');
    expect(chinese.out).toContain('priority 7 → 1');
    expect(find()?.rule.priority).toBe(7);
  });

  it('says whether a quarantine would win', async () => {
    const { change } = await startChanging();
    const drop = ['--protocol', 'all', '--from', '10.1.0.0/16', '--policy', 'drop', '--for', '1h'];

    const wins = await change('plan', ...drop, '--priority', '7');
    const loses = await change('plan', ...drop, '--priority', '8');

    expect(wins.out).toContain('would drop all of its traffic');
    expect(wins.out).toContain('shadows a part of "accept tcp 443 from 10.0.0.0/8 priority 7"');
    expect(loses.out).toContain('would drop only a part');
    expect(loses.out).toContain('loses a part to "accept tcp 443 from 10.0.0.0/8 priority 7"');
  });
});

describe('curfew why', () => {
  it('says that all is well, and until when', async () => {
    const { curfew, openLease } = await startChanging();

    const { status, out } = await curfew('why', await openLease());

    expect(status).toBe(0);
    expect(out).toMatch(/^active {2}\S{26} {2}authorize {2}in /);
    expect(out).toContain('- All of it was seen in the cloud; it is undone at its end, 2026-12-01T10:');
  });

  it('names the policies that let it be, and their version', async () => {
    const { curfew, openLease } = await startChanging();

    const { out } = await curfew('why', await openLease());

    expect(out).toMatch(/- At \S+ it was decided by the policy whoever-is-proved-may-ask \(version [0-9a-f]{12}\)/);
  });

  it('names the guard that refused a change', async () => {
    const refused = { code: 'WIDENING_REFUSED', message: 'more would get through', path: '/rules' };
    const { world, ruleId, change, curfew } = await startChanging();
    Object.assign(world.deps, { changeGuard: () => refused });

    const asked = await change('modify', '--rule', ruleId, '--set', 'priority=1', '--for', '1h', '--json');
    const { out } = await curfew('why', leaseOf(asked.out).id);

    expect(asked.status).toBe(1);
    expect(out).toContain('- It never took effect.');
    expect(out).toContain('WIDENING_REFUSED: more would get through. Decided by the guard wideningChanges');
    expect(out.match(/WIDENING_REFUSED/g)).toHaveLength(1);
  });

  it('names the guard that found too many instances, though a policy had allowed it', async () => {
    const reach = guardReach({ mostInstances: { count: 2, unknown: 'refuse' }, wideningChanges: 'refuse' });
    const { world, curfew } = await startConsole({ reach });
    Object.assign(world.deps, { reach });

    const asked = await curfew('open', '-g', 'sg-a', '-p', '22', '--from', '203.0.113.7', '--for', '1h', '--json');
    const { id } = leaseOf(asked.out);
    await expect.poll(async () => (await curfew('why', id)).out, { timeout: 10_000 }).toMatch(/^rejected/);
    const { out } = await curfew('why', id);

    expect(world.cloud.calls).toEqual([]);
    expect(out).toContain('- It was refused; nothing was done.');
    expect(out).toMatch(/TOO_MANY_INSTANCES: .*3 instances.* Decided by the guard mostInstances in guards\.yaml/);
    expect(out).toContain('decided by the policy whoever-is-proved-may-ask');
  });

  it('tells an alarm, and both forms of a rule that somebody else changed', async () => {
    const { world, ruleId, change, curfew } = await startChanging();
    const asked = await change('modify', '--rule', ruleId, '--set', 'priority=9', '--for', '1h', '--json');
    world.cloud.editByHand(group, ruleId, { rule: { ...portal, priority: 50 } });
    const { id } = leaseOf(asked.out);

    const ended = await curfew('end', id, '--no-wait', '--reason', 'done');
    await expect.poll(async () => (await curfew('why', id)).out, { timeout: 10_000 }).toMatch(/^stuck/);
    const { out } = await curfew('why', id);
    const chinese = await curfew('why', id, '--lang', 'zh');
    const json = JSON.parse((await curfew('why', id, '--lang', 'zh', '--json')).out);

    expect(ended.status).toBe(0);
    expect(out).toMatch(/lin ended it at .*: done\. It could not be undone/);
    expect(out).toContain('CHANGED_BY_HAND');
    expect(out).toContain('before and after, priority 7 → 9');
    expect(out).toContain('Alarm, last at 2026-12-01T');
    expect(chinese.out).toMatch(/^受阻（stuck） {2}\S{26} {2}修改（modify） {2}/);
    expect(chinese.out).toMatch(/lin 已于 \S+ 结束该租约：“done”。未能撤销/);
    expect(chinese.out).toMatch(
      /CHANGED_BY_HAND：该规则已被人工修改.*"priority":9.*现为.*"priority":50.*原为.*"priority":7/,
    );
    expect(chinese.out).toContain('改动前与改动后：priority 7 → 9。');
    expect(chinese.out).toMatch(/告警，最近一次于 2026-12-01T\S+：STUCK：/);
    expect(json).toMatchObject({ lease: { state: 'stuck' } });
    for (const [reasons, text] of [
      [json.reasons, out],
      [json.reasonsZh, chinese.out],
    ])
      for (const reason of reasons) expect(text).toContain(`- ${reason}\n`);
  });

  it('says in either language that the cloud refused, in the words of the cloud', async () => {
    const { world, curfew } = await startConsole();
    world.cloud.refuses = () => true;

    const asked = await curfew('open', '-g', 'sg-a', '-p', '22', '--from', '203.0.113.7', '--for', '1h', '--json');
    const { id } = leaseOf(asked.out);
    const [english, chinese] = [await curfew('why', id), await curfew('why', id, '--lang', 'zh')];

    const [, code = 'none', words = 'none'] =
      /- (\S+): the cloud refused the rule: (.*)\. Decided by the cloud/.exec(english.out) ?? [];
    expect(chinese.out).toContain('- 租约从未生效。\n');
    expect(chinese.out).toContain(`- ${code}：云拒绝了该规则：“${words}”。由云决定`);
  });

  it('ends with 1 for a lease that there is not', async () => {
    const { curfew } = await startChanging();

    expect(await curfew('why', 'none')).toMatchObject({ status: 1, err: expect.stringContaining('[LEASE_NOT_FOUND]') });
  });
});
