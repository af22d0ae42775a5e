import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import { readDrift } from '../../../shared/reconcile/drift-book.ts';
import { scan } from '../../../shared/reconcile/scan.ts';
import type { Target } from '../../../shared/rule/target.ts';
import { virtualWorld } from '../../fakes/virtual-world.ts';
import { request } from '../../fakes/world.ts';

const accounts = 40;
const groupsEach = 500;
const quota = 200;
const groupsPages = 5;
/** What the function has, less its reserve. */
const runMs = 525_000;

const targets: readonly Target[] = Array.from({ length: accounts * groupsEach }, (_, index) => ({
  cloud: 'ecs',
  account: `account-${String(Math.floor(index / groupsEach)).padStart(2, '0')}`,
  regionId: 'cn-hangzhou',
  securityGroupId: `sg-${String(index % groupsEach).padStart(3, '0')}`,
}));
const at = (index: number): Target => targets[index] as Target;

/** A fleet in which the ledger knows a group in fifty, and one group bears a mark that proves nothing. */
async function fleet(usedByOthers?: (account: string, minute: number) => number) {
  const virtual = virtualWorld({ quota, ...(usedByOthers ? { usedByOthers } : {}) });
  const { world, engine, used, sleep } = virtual;
  for (let index = 0; index < targets.length; index += 50) {
    await world.send('grant', request({ target: at(index), duration: 'PT10H' }));
  }
  const [opened] = world.cloud.rules(at(0));
  if (!opened) throw new Error('nothing was opened');
  world.cloud.addByHand(at(targets.length - 1), opened.rule, opened.description);
  engine.nowMs += 60_000;
  used.clear();
  const looked = new Map<string, number>();
  const api = virtual.deps.apiFor();
  const describeAndCount: RuleApi['describe'] = async (target) => {
    const look = await api.describe(target);
    const key = `${target.account}/${target.securityGroupId}`;
    if (look.kind === 'listed') looked.set(key, (looked.get(key) ?? 0) + 1);
    return look;
  };
  const deps = {
    ...virtual.deps,
    apiFor: () => ({ ...api, describe: describeAndCount }),
    groups: async () => {
      await sleep(groupsPages * virtual.callMs);
      return { targets, isWhole: true };
    },
  };
  /** One run of the function, cut off when its time is over. */
  const run = async (limitMs = runMs) => {
    const beganMs = engine.nowMs;
    const report = await virtual.run(scan(deps, () => engine.nowMs - beganMs < limitMs));
    return { ...report, tookMs: engine.nowMs - beganMs };
  };
  return { world, engine, run, used, looked };
}

// Twenty thousand groups take a second or two, and more on a machine that has much to do.
describe('a scan of 40 accounts with 500 groups each', { timeout: 90_000 }, () => {
  it('is through within ten minutes at half of a quota of 200 calls a minute and account', async () => {
    const { run, used, looked, world } = await fleet();

    const report = await run();

    expect(report).toMatchObject({ groups: 20_000, failures: 0, isComplete: true, drift: 1 });
    expect(Math.max(...used.values())).toBeLessThanOrEqual(quota / 2);
    expect(looked.size).toBe(20_000);
    expect((await world.tx(readDrift)).map((one) => one.class)).toEqual(['FORGED_STAMP']);
    expect(report.tookMs).toBeLessThanOrEqual(600_000);
    // The figure that docs/drift.md tells.
    const docs = await readFile('docs/drift.md', 'utf8');
    expect(docs).toContain(`took ${Math.round(report.tookMs / 1000)} s of virtual time`);
  });

  it('goes on in each account where it was cut short, and looks at nothing twice', async () => {
    const { run, looked, engine } = await fleet();

    expect(await run(100_000)).toMatchObject({ isComplete: false, failures: 0 });
    engine.nowMs += 60_000;
    expect(await run()).toMatchObject({ isComplete: true });

    expect(looked.size).toBe(20_000);
    expect([...looked.values()].every((times) => times === 1)).toBe(true);
  });

  it('waits where others have used up the quota, and nowhere else', async () => {
    const beganMinute = Math.floor(Date.parse('2026-12-01T09:01:00Z') / 60_000);
    const isTaken = (account: string, minute: number) => account === 'account-07' && minute < beganMinute + 2;
    const { run, engine, looked } = await fleet((...when) => (isTaken(...when) ? quota : 0));
    const beganMs = engine.nowMs;

    const report = await run();

    expect(report).toMatchObject({ groups: 20_000, failures: 0, isComplete: true });
    expect(looked.get('account-07/sg-499')).toBe(1);
    expect(engine.nowMs - beganMs).toBeLessThanOrEqual(600_000);
  });
});
