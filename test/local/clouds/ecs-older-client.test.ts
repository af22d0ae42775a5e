import { describe, expect, it } from 'vitest';
import { popClient } from './cloud-trial.ts';
import { ecsTrial, refusalOf } from './ecs-trial.ts';

describe('the emulated ECS under the vendor’s older client', () => {
  it.each(['GET', 'POST'])('takes its signature over %s', async (method) => {
    const { url, rules } = await ecsTrial();
    const client = popClient(url, '2014-05-26');
    const at = { RegionId: 'cn-hangzhou', SecurityGroupId: 'sg-demo-web' };
    const Permissions = [{ IpProtocol: 'tcp', PortRange: '22/22', SourceCidrIp: '203.0.113.7/32' }];

    const answer = await client.request('AuthorizeSecurityGroup', { ...at, Permissions }, { method });
    const refusal = await refusalOf(client.request('AuthorizeSecurityGroup', at, { method }));

    expect(answer.RequestId).toMatch(/./);
    expect(refusal).toMatchObject({ code: 'InvalidIpProtocol.ValueNotSupported' });
    expect(await rules()).toHaveLength(4);
  });
});
