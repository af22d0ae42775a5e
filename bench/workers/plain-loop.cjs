'use strict';
// What somebody would write by hand: the vendor's plain client, sixteen at once, each rule authorized and revoked.
const { default: Client, AuthorizeSecurityGroupRequest, RevokeSecurityGroupRequest } = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');

const atOnce = 16;

exports.run = async (url, groups, count) => {
  const keys = { accessKeyId: 'local', accessKeySecret: 'local-secret' };
  const at = { endpoint: new URL(url).host, protocol: 'http', regionId: 'cn-hangzhou', readTimeout: 20_000 };
  const client = new Client(new $OpenApiUtil.Config({ ...keys, ...at }));
  const each = async (work) => {
    let next = 0;
    const worker = async () => {
      while (next < count) {
        const index = next;
        next += 1;
        const port = 20_000 + (index % 20_000);
        const rule = { ipProtocol: 'tcp', portRange: `${port}/${port}`, sourceCidrIp: `10.20.0.${index % 250}/32` };
        await work({ regionId: 'cn-hangzhou', securityGroupId: groups[index % groups.length], permissions: [rule] });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };
  const began = process.hrtime.bigint();
  await each((fields) => client.authorizeSecurityGroup(new AuthorizeSecurityGroupRequest(fields)));
  await each((fields) => client.revokeSecurityGroup(new RevokeSecurityGroupRequest(fields)));
  return Number(process.hrtime.bigint() - began) / 1e6;
};
