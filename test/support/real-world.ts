import { onTestFinished } from 'vitest';
import { createEcsRuleApi } from '../../shared/cloud/ecs/ecs-rule-api.ts';
import { retryingRuleApi } from '../../shared/cloud/retrying-rule-api.ts';
import { createPostgresLedger } from '../../shared/ledger/postgres-ledger.ts';
import type { Hand } from '../../shared/reconcile/hand.ts';
import type { Wake } from '../../shared/reconcile/nudge-port.ts';
import { type ReceiveDeps, receive } from '../../shared/reconcile/receive.ts';
import { sweep } from '../../shared/reconcile/sweep.ts';
import type { Target } from '../../shared/rule/target.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { createIds } from '../../shared/runtime/ids.ts';
import { allowEverything, noLimits } from '../fakes/allow-everything.ts';
import { ecsTrial } from '../local/clouds/ecs-trial.ts';
import { testDatabase } from './postgres.ts';

export const webGroup: Target = {
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId: 'sg-demo-web',
};

/** The real loop on a real PostgreSQL, with the vendor's client against the emulated ECS. Gone after the test. */
export async function realWorld() {
  const ecs = await ecsTrial();
  const database = await testDatabase();
  const ledger = createPostgresLedger({
    databaseUrl: database.url,
    poolMax: 8,
    sleep: systemClock.sleep,
    random: Math.random,
  });
  onTestFinished(async () => {
    await ledger.close();
    await database.close();
  });
  const wakes: Wake[] = [];
  const credentials = () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' });
  const api = retryingRuleApi(
    createEcsRuleApi({ regionId: 'cn-hangzhou', endpoint: ecs.url, credentials, timeoutMs: 1_500 }),
    systemClock,
  );
  const deps: ReceiveDeps = {
    ledger,
    apiFor: () => api,
    nudger: {
      nudge: async (more) => {
        wakes.push(...more);
        return more.length;
      },
    },
    stopwatch: systemClock,
    ids: createIds(),
    log: { event: () => undefined },
    stampKeys: ['stamp-key'],
    schedule: { lookAgainMs: 60_000, watchMs: 60_000 },
    guard: () => undefined,
    ...noLimits,
    changeGuard: () => undefined,
    policy: allowEverything,
    serves: () => undefined,
  };
  return {
    ecs,
    ledger,
    wakes,
    deps,
    send: (hand: Hand | undefined, ...values: unknown[]) =>
      receive(
        deps,
        hand,
        values.map((value) => ({ source: 'queue', reach: 'own' as const, value })),
      ),
    sweep: (hand: Hand) => sweep(deps, hand, () => true),
    ours: async () => (await ecs.rules()).filter((rule) => rule.description?.includes('[curfew1 ')),
    state: async (leaseId: string) => ledger.transaction('test', async (tx) => (await tx.leases([leaseId]))[0]?.state),
  };
}
