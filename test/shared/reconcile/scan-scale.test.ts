import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import { readDrift } from '../../../shared/reconcile/drift-book.ts';
import type { Ledger } from '../../../shared/reconcile/ledger-port.ts';
import { type ScanReport, scan } from '../../../shared/reconcile/scan.ts';
import type { Target } from '../../../shared/rule/target.ts';
import { reconcilingWorld } from '../../fakes/reconciling-world.ts';
import { request } from '../../fakes/world.ts';
import { Engine } from '../../sim/engine.ts';
import { chance } from '../../sim/prng.ts';

const accounts = 40;
const groupsEach = 500;
const quota = 200;
const describeMs = 150;
const transactionMs = 10;
const groupsPageMs = 5 * describeMs;
/** What the function has, less its reserve. */
const runMs = 525_000;

const targets: readonly Target[] = Array.from({ length: accounts * groupsEach }, (_, index) => ({
  cloud: 'ecs',
  account: `account-${String(Math.floor(index / groupsEach)).padStart(2, '0')}`,
  regionId: 'cn-hangzhou',
  securityGroupId: `sg-${String(index % groupsEach).padStart(3, '0')}`,
}));
const at = (index: number): Target => targets[index] as Target;

/** The production scan under virtual time: calls and transactions take theirs, and each account counts its calls. */
async function fleet({ usedByOthers = (_account: string, _minute: number): number => 0 } = {}) {
  const world = reconcilingWorld();
  const engine = new Engine(world.clock.nowMs, chance(1, 'ties'));
  const sleep = (ms: number) => new Promise<void>((resolve) => engine.after(ms, resolve));
  Object.defineProperty(world.clock, 'nowMs', { get: () => engine.nowMs });
  const perMinute = new Map<string, number>();
  const looked = new Map<string, number>();
  const api: RuleApi = {
    ...world.cloud,
    abilities: world.cloud.abilities,
    prepare: (...call) => world.cloud.prepare(...call),
    bytesOf: (rule) => world.cloud.bytesOf(rule),
    actionOf: world.cloud.actionOf,
    send: (...call) => world.cloud.send(...call),
    describe: async (target) => {
      await sleep(describeMs);
      const { account } = target;
      const minute = Math.floor(engine.nowMs / 60_000);
      const name = `${account} ${minute}`;
      const count = (perMinute.get(name) ?? 0) + 1;
      perMinute.set(name, count);
      if (count + usedByOthers(account, minute) > quota) {
        return { kind: 'refused', class: 'throttled', code: 'Throttling.User', message: 'too many calls' };
      }
      const key = `${account}/${target.securityGroupId}`;
      looked.set(key, (looked.get(key) ?? 0) + 1);
      return world.cloud.describe(target);
    },
  };
  const ledger: Ledger = {
    transaction: async (label, work) => {
      await sleep(transactionMs);
      return world.state.ledger.transaction(label, work);
    },
  };
  // Opened before, at once: the ledger knows a group in fifty, and one bears a mark that proves nothing.
  for (let index = 0; index < targets.length; index += 50) {
    await world.send('grant', request({ target: at(index), duration: 'PT10H' }));
  }
  const [opened] = world.cloud.rules(at(0));
  if (!opened) throw new Error('nothing was opened');
  world.cloud.addByHand(at(targets.length - 1), opened.rule, opened.description);
  const deps = {
    ...world.deps,
    ledger,
    apiFor: () => api,
    stopwatch: { monotonicMs: () => engine.nowMs, sleep },
    groups: async () => {
      await sleep(groupsPageMs);
      return { targets, isWhole: true };
    },
  };
  /** One run of the function, cut off when its time is over. */
  const run = async (limitMs = runMs): Promise<ScanReport & { readonly tookMs: number }> => {
    const beganMs = engine.nowMs;
    const mayGoOn = () => engine.nowMs - beganMs < limitMs;
    let report: ScanReport | undefined;
    let failure: unknown;
    scan(deps, mayGoOn).then(
      (done) => (report = done),
      (error: unknown) => (failure = error),
    );
    await engine.run(beganMs + 3_600_000, () => report !== undefined || failure !== undefined);
    if (!report) throw failure;
    return { ...report, tookMs: engine.nowMs - beganMs };
  };
  engine.nowMs += 60_000;
  return { world, engine, run, perMinute, looked };
}

describe('a scan of 40 accounts with 500 groups each', () => {
  it('is through within ten minutes at half of a quota of 200 calls a minute and account', async () => {
    const { run, perMinute, looked, world } = await fleet();

    const report = await run();

    expect(report).toMatchObject({ groups: 20_000, failures: 0, isComplete: true, drift: 1 });
    expect(Math.max(...perMinute.values())).toBeLessThanOrEqual(quota / 2);
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
    const { run, engine, looked } = await fleet({ usedByOthers: (...when) => (isTaken(...when) ? quota : 0) });
    const beganMs = engine.nowMs;

    const report = await run();

    expect(report).toMatchObject({ groups: 20_000, failures: 0, isComplete: true });
    expect(looked.get('account-07/sg-499')).toBe(1);
    expect(engine.nowMs - beganMs).toBeLessThanOrEqual(600_000);
  });
});
