import type { Bench, Measured } from './figure.ts';
import { asks } from './messages.ts';
import { invoke, startClouds, startFunctions, startLedger } from './place.ts';

/** A thousand leases of one rule each, one group, one delivery: counted in calls that the cloud received. */
export async function oneDelivery(bench: Bench): Promise<Record<string, Measured>> {
  const count = bench.isQuick ? 100 : 1_000;
  bench.progress(`one delivery of ${count} rules for one group`);
  const ecs = await startClouds(bench);
  const host = await startFunctions(bench, ['grant'], {
    DATABASE_URL: await startLedger(bench),
    ECS_ENDPOINT: ecs.url,
  });
  await ecs.control('/behaviour', { rulesPerGroupMax: count });
  const [group = ''] = await ecs.groups(1);
  await ecs.control('/reset', {});
  await ecs.control('/behaviour', { rulesPerGroupMax: count });
  const { taken } = await invoke<{ taken: number }>(host, 'grant', asks([group], count, 'PT1H'));
  const calls = await ecs.callsByAction();
  const open = await ecs.rulesOf(group);
  if (taken !== count || open !== count) throw new Error(`${taken} were taken and ${open} are open of ${count}`);
  const authorized = calls.AuthorizeSecurityGroup ?? 0;
  return {
    'calls-authorize': { value: authorized * (1_000 / count), details: { rules: count, calls } },
    'calls-looks': { value: calls.DescribeSecurityGroupAttribute ?? 0, details: { rules: count } },
  };
}
