import { describe, expect, it, onTestFinished } from 'vitest';
import { removeByStamps } from '../../../shared/reconcile/by-stamps.ts';
import { recoverIfLost } from '../../../shared/reconcile/recover.ts';
import { MemoryLedger } from '../../fakes/memory-ledger.ts';
import { request } from '../../fakes/world.ts';
import { type CloudWay, cloudWays, worldOn } from '../../support/cloud-world.ts';

const rules = [7, 8, 9].map((octet) => ({
  direction: octet === 9 ? 'egress' : 'ingress',
  ipProtocol: 'tcp',
  portRange: '22/22',
  [octet === 9 ? 'destCidrIp' : 'sourceCidrIp']: `203.0.113.${octet}/32`,
}));

/** A group with rules of somebody else's, and three of a lease of a minute. */
async function opened(way: CloudWay) {
  const world = await worldOn(way);
  onTestFinished(world.close);
  const before = await world.rules();
  await world.sendTo('grant', request({ target: way.target, rules }));
  const deps = { ...world.deps, nowMs: world.clock.now };
  return { world, before, deps, clear: () => removeByStamps(deps, [way.target], () => true) };
}

const { 'Edge Node Service in its flat form': flat, ...stamped } = cloudWays;

describe.each(Object.entries(stamped))('without the ledger, on %s', (_name, way) => {
  it('overdue rules go by their stamps, and only they', async () => {
    const { world, before, clear } = await opened(way);
    world.clock.nowMs += 89_000;
    expect(await clear()).toMatchObject({ removed: 0, failures: 0 });
    expect(await world.rules()).toHaveLength(before.length + 3);

    world.clock.nowMs += 1_000;
    const report = await clear();

    expect(report).toMatchObject({ removed: 3, failures: 0 });
    expect(await world.rules()).toEqual(before);
  });

  it('a lost ledger is rebuilt from them', async () => {
    const { world, before, deps } = await opened(way);
    world.clock.nowMs += 10_000;
    const ledger = new MemoryLedger({ clock: world.clock });
    const groups = async () => ({ targets: [way.target], isWhole: true });

    const report = await recoverIfLost({ ...deps, ledger, groups }, () => true);

    expect(report).toMatchObject({ isComplete: true, recovered: 3 });
    const leases = await ledger.transaction('test', (tx) => tx.listLeases({ limit: 10 }));
    expect(leases.map(({ state }) => state)).toEqual(['active', 'active', 'active']);
    expect(await world.rules()).toHaveLength(before.length + 3);
  });
});

it('leaves rules alone that can bear no stamp', async () => {
  const { world, before, clear } = await opened(flat);
  world.clock.nowMs += 600_000;

  expect(await clear()).toMatchObject({ removed: 0 });

  expect(await world.rules()).toHaveLength(before.length + 3);
});
