import { createEcsRuleApi } from '../../shared/cloud/ecs/ecs-rule-api.ts';
import { retryingRuleApi } from '../../shared/cloud/retrying-rule-api.ts';
import type { Rule } from '../../shared/rule/rule.ts';
import { systemClock } from '../../shared/runtime/clock.ts';

const batch = 100;
const calls = 200;

/** Batches of a hundred rules through the call layer as the hands use it: CPU microseconds a rule. */
export async function run(endpoint: string): Promise<number> {
  const target = { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-1' } as const;
  const credentials = () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' });
  const api = retryingRuleApi(createEcsRuleApi({ regionId: target.regionId, endpoint, credentials }), systemClock);
  const rules = Array.from(
    { length: batch },
    (_, index): Rule => ({
      direction: 'ingress',
      ipProtocol: 'tcp',
      portRange: '22/22',
      policy: 'accept',
      priority: 1,
      nicType: 'intranet',
      sourceCidrIp: `10.0.${index}.1/32`,
      description: 'OPS-1234 until 2026-12-01T11:00:00Z, temporary, removed automatically',
    }),
  );
  const send = async (index: number) => {
    const request = api.prepare(target, { kind: 'authorize', direction: 'ingress', rules });
    const answer = await api.send(target, 'authorize', 'ingress', request, `token-${index}`);
    if (answer.kind !== 'done') throw new Error(`the call was ${answer.kind}`);
  };
  for (let index = 0; index < 100; index += 1) await send(index);
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index += 1) await send(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (calls * batch);
}
