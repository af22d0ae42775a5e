import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The kinds of answers that the vendor's client tells apart. */
export const answers: readonly { status: number; headers?: Record<string, string>; body: object }[] = [
  {
    status: 200,
    body: {
      RequestId: 'R-200',
      SecurityGroupId: 'sg-1',
      NextToken: '',
      Permissions: { Permission: [{ SecurityGroupRuleId: 'sgr-1', Priority: 1, SourceCidrIp: '' }] },
      SecurityGroups: { SecurityGroup: [{ SecurityGroupId: 'sg-1', Tags: { Tag: [{ TagKey: 'a' }] } }] },
    },
  },
  {
    status: 400,
    headers: { 'x-acs-retry-after': '1500' },
    body: { RequestId: 'R-400', HostId: 'h', Code: 'Throttling.User', Message: 'slow down' },
  },
  {
    status: 403,
    body: {
      RequestId: 'R-403',
      Code: 'NoPermission',
      Message: 'not you',
      AccessDeniedDetail: { AuthAction: 'ecs:AuthorizeSecurityGroup', PolicyType: 'AccountLevelIdentityBasedPolicy' },
    },
  },
  { status: 503, body: { RequestId: 'R-503', Code: 'ServiceUnavailable', Message: 'not now' } },
];

/** Answers in turn with each of them, and keeps what came over the wire. */
export async function startRecordedCloud() {
  const wire: string[] = [];
  const server = createServer({ maxHeaderSize: 256 * 1024 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.sendDate = false;
    const answer = answers[wire.length % answers.length];
    wire.push([`${request.method} ${request.url}`, ...request.rawHeaders, Buffer.concat(chunks)].join('\n'));
    response
      .writeHead(answer?.status ?? 500, { 'content-type': 'application/json;charset=utf-8', ...answer?.headers })
      .end(JSON.stringify(answer?.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What came since the last time. */
    takeWire: () => wire.splice(0),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
