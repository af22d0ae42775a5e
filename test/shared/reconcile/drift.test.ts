import { describe, expect, it } from 'vitest';
import { readDrift } from '../../../shared/reconcile/drift-book.ts';
import { scan } from '../../../shared/reconcile/scan.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { ledgerThrough } from '../../fakes/ledger-through.ts';
import { reconcilingWorld } from '../../fakes/reconciling-world.ts';
import { group, request } from '../../fakes/world.ts';

type World = ReturnType<typeof reconcilingWorld>;

/** An active lease of an hour, an undisturbed minute old, with its rule. */
async function withRule(change: Parameters<typeof reconcilingWorld>[0] = {}) {
  const world = reconcilingWorld(change);
  const { results } = await world.send('grant', request({ duration: 'PT1H' }));
  world.clock.nowMs += 55_000;
  const [rule] = world.cloud.rules(group);
  if (!rule) throw new Error('nothing was opened');
  return { ...world, rule, leaseId: results[0]?.leaseId ?? '' };
}

const drift = async (world: Pick<World, 'tx'>) => (await world.tx(readDrift)).map((one) => one.class);
const edit = (world: Awaited<ReturnType<typeof withRule>>, change: Partial<Rule>) =>
  world.cloud.editByHand(group, world.rule.ruleId, { rule: { ...world.rule.rule, ...change } });
const audited = ({ state }: World, kind: string) => state.ledger.auditRows().filter((row) => row.kind === kind);

describe('a scan', () => {
  it('finds nothing where clouds and ledger agree, and notes when it was done', async () => {
    const world = await withRule();

    const report = await world.scan();

    expect(report).toEqual({ groups: 1, rules: 1, strays: 0, drift: 0, failures: 0, isComplete: true });
    expect(await world.tx((tx) => tx.getSetting('scanned'))).toBe(world.clock.nowMs);
  });

  it('counts only when every group was seen, and goes on where it was cut short', async () => {
    const other = { ...group, securityGroupId: 'sg-b' };
    const world = await withRule({ groups: async () => ({ targets: [other], isWhole: true }) });
    world.cloud.faults.push({ kind: 'describe', fault: 'lost-before' });
    const done = () => world.tx((tx) => tx.getSetting('scanned'));

    expect(await world.scan()).toMatchObject({ groups: 1, failures: 1, isComplete: false });
    expect(await done()).toBeUndefined();
    expect(await world.scan()).toMatchObject({ groups: 2, isComplete: true });
    expect(await done()).toBe(world.clock.nowMs);
  });

  it('leaves a group that cannot be compared, and compares the others', async () => {
    const other = { ...group, securityGroupId: 'sg-b' };
    const targets = [group, other];
    const world = await withRule({ groups: async () => ({ targets, isWhole: true }) });
    await world.send('grant', request({ target: other, duration: 'PT1H' }));
    world.clock.nowMs += 55_000;
    const poison = world.cloud.rules(group)[0]?.ruleId;
    const shadowOf = (_rule: Rule, listing: readonly { readonly ruleId?: string | undefined }[]) => {
      if (listing.some(({ ruleId }) => ruleId === poison)) throw new Error('a rule that nobody expected');
      return { ruleId: 'sgr-drop', description: '', createdAtMs: 0 };
    };

    const report = await scan({ ...world.deps, shadowOf }, () => true);

    expect(report).toMatchObject({ groups: 2, failures: 1, drift: 1, isComplete: false });
    expect(await drift(world)).toEqual(['SHADOWED_BY_DROP']);
    expect(world.codes()).toContain('NOT_COMPARED');
    expect(await scan(world.deps, () => true)).toMatchObject({ groups: 2, failures: 0, isComplete: true });
  });

  it('ends when the ledger goes away, and nothing goes on behind its back', async () => {
    const targets = Array.from({ length: 60 }, (_, n) => ({ ...group, account: `a${n}`, securityGroupId: 'sg-b' }));
    const world = await withRule({ groups: async () => ({ targets, isWhole: true }) });
    const away = Object.assign(new Error('away'), { code: 'LEDGER_UNAVAILABLE' });
    const ledger = ledgerThrough((label, work) =>
      label === 'scan' ? Promise.reject(away) : world.deps.ledger.transaction(label, work),
    );

    await expect(scan({ ...world.deps, ledger }, () => true)).rejects.toBe(away);
    const looks = world.cloud.describes;
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(world.cloud.describes).toBe(looks);
  });

  it('is due only so long after the last that was complete', async () => {
    const world = await withRule();
    const again = () => scan({ ...world.deps, scanEveryMs: 300_000 }, () => true);

    await again();
    expect(await again()).toMatchObject({ groups: 0 });
    world.clock.nowMs += 300_000;

    expect(await again()).toMatchObject({ groups: 1 });
  });

  it('tells of a difference once, and again when it is gone', async () => {
    const world = await withRule();
    edit(world, { sourceCidrIp: '198.51.100.9/32', priority: 100 });
    const repair = { widenedRules: 'report', strippedStamps: 'report' } as const;
    const look = () => scan({ ...world.deps, repair }, () => true);

    await look();
    await look();
    expect(world.codes().filter((code) => code === 'RULE_WIDENED')).toHaveLength(1);
    edit(world, {});
    await look();

    expect(audited(world, 'drift.found')).toHaveLength(1);
    expect(audited(world, 'drift.gone')).toHaveLength(1);
    expect(await drift(world)).toEqual([]);
  });
});

describe('drift', () => {
  it('RULE_MISSING: somebody removed our rule', async () => {
    const world = await withRule();
    world.cloud.removeByHand(group, world.rule.ruleId);

    await world.scan();

    expect(await world.tx(readDrift)).toMatchObject([
      { class: 'RULE_MISSING', ruleId: world.rule.ruleId, leaseIds: [world.leaseId], repair: 'none' },
    ]);
    await world.pass(75);
    expect((await world.leases()).map(({ state }) => state)).toEqual(['withdrawn']);
  });

  it('RULE_EDITED: somebody narrowed our rule, which still goes at its end', async () => {
    const world = await withRule();
    edit(world, { policy: 'drop' });

    await world.scan();
    expect(await drift(world)).toEqual(['RULE_EDITED']);
    await world.pass(3_600);

    expect(world.cloud.rules(group)).toEqual([]);
  });

  it('RULE_WIDENED: a rule that lets more through than its lease goes at once, and its lease with it', async () => {
    const world = await withRule();
    edit(world, { sourceCidrIp: '0.0.0.0/0' });

    await world.scan();
    expect(await world.tx(readDrift)).toMatchObject([{ class: 'RULE_WIDENED', repair: 'revoked' }]);
    await world.sweepAll();

    expect(world.cloud.rules(group)).toEqual([]);
    const [lease] = await world.leases();
    expect(lease).toMatchObject({ state: 'ended', error: { code: 'RULE_WIDENED' } });
    expect(audited(world, 'alarm').map(({ data }) => data.code)).toEqual(['RULE_WIDENED']);
    expect(world.logged.filter(({ fields }) => fields?.code === 'RULE_WIDENED').map(({ level }) => level)).toEqual([
      'error',
    ]);
  });

  it('RULE_WIDENED is only told of where the guards say so', async () => {
    const world = await withRule({ repair: { widenedRules: 'report' } });
    edit(world, { sourceCidrIp: '0.0.0.0/0' });

    await world.scan();
    await world.sweepAll();

    expect(await drift(world)).toEqual(['RULE_WIDENED']);
    expect(world.cloud.rules(group)).toHaveLength(1);
  });

  it('STAMP_STRIPPED: told of, and nothing else', async () => {
    const world = await withRule();
    world.cloud.editByHand(group, world.rule.ruleId, { description: '-' });

    await world.scan();
    await world.pass(5);

    expect(await drift(world)).toEqual(['STAMP_STRIPPED']);
    expect(world.cloud.rules(group)[0]?.description).toBe('-');
  });

  it('STAMP_STRIPPED: stamped again where the guards say so', async () => {
    const world = await withRule({ repair: { strippedStamps: 'restamp' } });
    world.cloud.editByHand(group, world.rule.ruleId, { description: '-' });

    await world.scan();
    await world.sweepAll();
    expect(world.cloud.rules(group)[0]?.description).toBe(world.rule.description);
    world.clock.nowMs += 55_000;
    await world.scan();

    expect(await drift(world)).toEqual([]);
    expect(world.cloud.calls.filter(({ kind }) => kind === 'modify')).toHaveLength(1);
  });

  it('ORPHAN: a stamped rule that the ledger does not know gets a lease, and ends when its stamp says', async () => {
    const world = await withRule();
    world.lose();
    await world.send('grant', request({ duration: 'PT1H', rules: [port(443)] }));

    await world.scan();
    expect(await world.tx(readDrift)).toMatchObject([{ class: 'ORPHAN', repair: 'recovered' }]);
    await world.pass(3_545);

    expect(world.cloud.rules(group).map(({ rule }) => rule.portRange)).toEqual(['443/443']);
  });

  it('does not go by a look that it was frozen over, and looks again', async () => {
    const world = await withRule();
    world.lose();
    await world.send('grant', request({ duration: 'PT1H', rules: [port(443)] }));
    world.freezeOverLook(180_000, () => world.cloud.removeByHand(group, world.rule.ruleId));

    expect(await world.scan()).toMatchObject({ groups: 1, failures: 1, drift: 0, isComplete: false });
    expect(world.codes()).toContain('LOOK_TOO_OLD');
    expect(await world.scan()).toMatchObject({ groups: 1, failures: 0, drift: 0, isComplete: true });
    expect(await world.leases()).toHaveLength(1);
  });

  it.each([
    ['on another rule', { portRange: '8080/8080' }],
    ['on a wider one', { sourceCidrIp: '0.0.0.0/0' }],
  ])('FORGED_STAMP: a stamp %s is left alone', async (_name, change) => {
    const world = await withRule();
    const forged = world.cloud.addByHand(group, { ...world.rule.rule, ...change }, world.rule.description);

    await world.scan();
    await world.pass(3_700);

    expect(await drift(world)).toEqual(['FORGED_STAMP']);
    expect(world.cloud.rules(group)).toEqual([forged]);
  });

  it('FORGED_STAMP: a copy at the place of a rule of ours that is gone is left alone, and wakes nobody', async () => {
    const world = reconcilingWorld();
    const asked = request({ duration: 'PT1H' });
    await world.send('grant', asked);
    const [rule] = world.cloud.rules(group);
    if (!rule?.rule) throw new Error('nothing was opened');
    await world.send('revoke', { version: 1, action: 'end', id: 'E-1', requestId: asked.id });
    await world.pass(60);
    expect(world.cloud.rules(group)).toEqual([]);
    const copy = world.cloud.addByHand(group, rule.rule, rule.description);

    await world.pass(60);
    expect(await world.scan()).toMatchObject({ strays: 0, drift: 1 });
    await world.pass(60);

    expect(await drift(world)).toEqual(['FORGED_STAMP']);
    expect(world.cloud.rules(group)).toEqual([copy]);
  });

  it('LEASE_WITHOUT_RULE: a lease that has begun long ago and was never opened', async () => {
    const world = reconcilingWorld();
    const throttled = { kind: 'refused', class: 'throttled', code: 'Throttling', message: 'later' } as const;
    world.cloud.faults.push({ kind: 'authorize', fault: { ...throttled, retryAfterMs: 120_000 } });
    await world.send('grant', request({ duration: 'PT1H' }));
    world.clock.nowMs += 60_000;
    await world.scan();
    expect(await drift(world)).toEqual([]);

    world.clock.nowMs += 120_000;
    await world.scan();

    expect(await drift(world)).toEqual(['LEASE_WITHOUT_RULE']);
  });

  it('SHADOWED_BY_DROP: the lease is active and lets nothing through', async () => {
    const world = await withRule();
    const drop = { ...world.rule.rule, policy: 'drop', sourceCidrIp: '203.0.113.0/24' } as const;
    const { ruleId } = world.cloud.addByHand(group, drop);
    world.cloud.addByHand(group, { ...drop, priority: 2, sourceCidrIp: '203.0.0.0/16' });

    await world.scan();

    expect(await world.tx(readDrift)).toMatchObject([
      { class: 'SHADOWED_BY_DROP', message: `a lease is active and lets nothing through: ${ruleId} takes precedence` },
    ]);
  });

  it('is not what a hand did since the listing was taken', async () => {
    const world = await withRule();
    const list = world.cloud.describe.bind(world.cloud);
    world.cloud.describe = async (target) => {
      world.cloud.describe = list;
      const before = await list(target);
      world.clock.nowMs += 1_000;
      await world.send('grant', request({ duration: 'PT1H', rules: [port(443)] }));
      return before;
    };

    await world.scan();

    expect(await drift(world)).toEqual([]);
  });

  it('a stamped rule that the ledger believes gone is handed to the revocation', async () => {
    const world = await withRule();
    await world.send('revoke', { version: 1, action: 'end', id: 'END-S', leaseId: world.leaseId });
    world.clock.nowMs += 10 * 60_000;
    world.cloud.addByHand(group, world.rule.rule, world.rule.description);
    const [late] = world.cloud.rules(group);
    world.cloud.editByHand(group, late?.ruleId ?? '', { ruleId: world.rule.ruleId });

    expect(await world.scan()).toMatchObject({ strays: 1 });
    await world.sweepAll();

    expect(world.cloud.rules(group)).toEqual([]);
  });
});

const port = (number: number) => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: `${number}/${number}`,
  sourceCidrIp: '203.0.113.7/32',
});
