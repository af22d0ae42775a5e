'use strict';
// One rule a call with the vendor's plain client, one after the other: CPU microseconds a rule.
const { default: Client, AuthorizeSecurityGroupRequest } = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');

const rules = 1500;

exports.run = async (url) => {
  const endpoint = new URL(url).host;
  const keys = { accessKeyId: 'local', accessKeySecret: 'local-secret' };
  const client = new Client(new $OpenApiUtil.Config({ ...keys, endpoint, protocol: 'http', regionId: 'cn-hangzhou' }));
  const call = (index) =>
    client.authorizeSecurityGroup(
      new AuthorizeSecurityGroupRequest({
        regionId: 'cn-hangzhou',
        securityGroupId: 'sg-1',
        clientToken: `token-${index}`,
        permissions: [
          {
            ipProtocol: 'tcp',
            portRange: '22/22',
            sourceCidrIp: `10.0.${index % 250}.1/32`,
            policy: 'accept',
            priority: '1',
            nicType: 'intranet',
            description: 'OPS-1234 until 2026-12-01T11:00:00Z, temporary, removed automatically',
          },
        ],
      }),
    );
  for (let index = 0; index < 200; index += 1) await call(index);
  const before = process.cpuUsage();
  for (let index = 0; index < rules; index += 1) await call(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rules;
};
