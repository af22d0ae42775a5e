import type { Hand } from '../../shared/reconcile/hand.ts';
import { receive } from '../../shared/reconcile/receive.ts';
import { sweep } from '../../shared/reconcile/sweep.ts';
import type { ListedRule } from '../../shared/rule/rule.ts';
import type { Target } from '../../shared/rule/target.ts';
import { makeWorld } from '../fakes/world.ts';
import { openApsaraTrial, stackGroup } from '../shared/cloud/apsara/apsara-trial.ts';
import { openEcsTrial, webGroup } from '../shared/cloud/ecs/ecs-trial.ts';
import { ensGroup, openEnsTrial } from '../shared/cloud/ens/ens-trial.ts';

type Clock = { now(): number };

/** Every way to a cloud that has a real adapter, with the demo group that it may change. */
export const cloudWays = {
  ECS: { target: webGroup as Target, open: (clock: Clock) => openEcsTrial({}, clock) },
  'Edge Node Service': { target: ensGroup as Target, open: (clock: Clock) => openEnsTrial({}, clock) },
  'Edge Node Service in its flat form': {
    target: ensGroup as Target,
    open: (clock: Clock) => openEnsTrial({ form: 'flat' }, clock),
  },
  'Apsara Stack over its route': { target: stackGroup as Target, open: (clock: Clock) => openApsaraTrial({}, clock) },
  'Apsara Stack at its POP gateway': {
    target: stackGroup as Target,
    open: (clock: Clock) => openApsaraTrial({ settings: { style: 'pop' } }, clock),
  },
} as const;
export type CloudWay = (typeof cloudWays)[keyof typeof cloudWays];

const hands: readonly Hand[] = ['revoke', 'grant', 'modify'];
/** The longest that a world goes without a sweep when it hurries. */
const strideMs = 120_000;

/** The real loop on the in-memory ledger, with a real adapter on an emulated cloud that lives in the same time. */
export async function worldOn({ target, open }: CloudWay) {
  const world = makeWorld();
  const { clock, ledger } = world;
  const cloud = await open(clock);
  // The vendor's client signs with the wall clock, which is not the time of this world.
  await cloud.behave({ checkSignatures: false });
  const deps = { ...world.deps, apiFor: () => cloud.api };
  const sweepAll = async () => {
    for (const hand of hands) await sweep(deps, hand, () => true);
  };
  const nextDue = (untilMs: number) =>
    ledger.transaction('next', async (tx) => {
      const soon = await Promise.all(hands.map((hand) => tx.dueSoon(hand, tx.nowMs, untilMs, 1)));
      return Math.min(untilMs, clock.nowMs + strideMs, ...soon.flat().map(({ atMs }) => atMs));
    });
  return {
    ...world,
    deps,
    cloud,
    close: () => cloud.close(),
    rules: async (): Promise<readonly ListedRule[]> => {
      const listing = await cloud.api.describe(target);
      return listing.kind === 'listed' ? listing.rules : [];
    },
    /** Delivers messages to a hand as source `queue`. */
    sendTo: async (hand: Hand, ...values: unknown[]) =>
      receive(
        deps,
        hand,
        values.map((value) => ({ source: 'queue', reach: 'own' as const, value })),
      ),
    /** Lets time pass second by second, as wakes and sweeps would see it. */
    pass: async (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        clock.nowMs += 1_000;
        await sweepAll();
      }
    },
    /** The same from one thing that falls due to the next. */
    hurryTo: async (untilMs: number) => {
      while (clock.nowMs < untilMs) {
        clock.nowMs = Math.min(untilMs, Math.max(clock.nowMs + 1_000, await nextDue(untilMs)));
        await sweepAll();
      }
    },
  };
}
export type CloudWorld = Awaited<ReturnType<typeof worldOn>>;
