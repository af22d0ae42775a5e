import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApsaraRuleApi } from '../../../../shared/cloud/apsara/apsara-rule-api.ts';
import { type ApsaraSettings, apsaraSettings } from '../../../../shared/cloud/apsara/settings.ts';
import { stackGroup } from './apsara-trial.ts';

type Page = Record<string, unknown>;
type Call = { readonly path: string; readonly body: Record<string, string> };

/** A stack that answers with these bodies in turn, the last one for ever. */
async function stackOf(pages: readonly Page[], settings: Partial<ApsaraSettings> = {}, path = '') {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      calls.push({ path: request.url ?? '', body });
      const page = pages[Math.min(calls.length, pages.length) - 1];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const api = createApsaraRuleApi({
    regionId: stackGroup.regionId,
    settings: apsaraSettings.parse({ baseUrl, signer: 'static', ...settings }),
    credentials: () => Promise.reject(new Error('static headers need none')),
  });
  return { api, calls };
}

async function readBody(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Buffer));
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>);
}

const permission = (port: number) => ({
  Direction: 'ingress',
  IpProtocol: 'TCP',
  PortRange: `${port}/${port}`,
  Policy: 'Accept',
  Priority: '1',
  SourceCidrIp: '10.0.0.0/8',
});
const page = (ports: readonly number[], more: Page = {}): Page => ({
  RequestId: 'id-1',
  SecurityGroupId: stackGroup.securityGroupId,
  VpcId: 'vpc-1',
  Permissions: { Permission: ports.map(permission) },
  ...more,
});

describe('the adapter on a stack that is set up otherwise', () => {
  it('follows pages to their end', async () => {
    const { api, calls } = await stackOf([page([1, 2], { NextToken: 'next' }), page([3])]);

    const listing = await api.describe(stackGroup);

    expect(listing).toMatchObject({ kind: 'listed', rules: { length: 3 } });
    expect(calls.map(({ body }) => body.NextToken)).toEqual([undefined, 'next']);
  });

  it('believes no listing that never ends', async () => {
    const { api } = await stackOf([page([1], { NextToken: 'same' })]);

    expect(await api.describe(stackGroup)).toMatchObject({ kind: 'unknown', code: 'ENDLESS_LISTING' });
  });

  it('lists both sides of a group of the classic network', async () => {
    const { api, calls } = await stackOf([page([1], { VpcId: '' })]);

    expect(await api.describe(stackGroup)).toMatchObject({ kind: 'listed', rules: { length: 2 } });
    expect(calls.map(({ body }) => body.NicType)).toEqual(['intranet', 'internet']);
  });

  it.each<[string, Page]>([
    ['of another group', page([1], { SecurityGroupId: 'sg-other' })],
    ['without a list', page([1], { Permissions: undefined })],
  ])('takes an answer %s for no listing', async (_, answer) => {
    const { api } = await stackOf([answer]);

    expect(await api.describe(stackGroup)).toMatchObject({ kind: 'unknown', code: 'MALFORMED_LISTING' });
  });

  it('takes an answer without a request id for none', async () => {
    const { api } = await stackOf([{}]);

    expect(await api.describe(stackGroup)).toMatchObject({ kind: 'unknown', code: 'NO_REQUEST_ID' });
  });

  it('goes by its path template, below the path of its base URL', async () => {
    const { api, calls } = await stackOf([page([1])], { pathTemplate: '/asapi/{Action}', version: '9' }, '/gate/');

    await api.describe(stackGroup);

    expect(calls).toMatchObject([{ path: '/gate/asapi/DescribeSecurityGroupAttribute', body: { version: '9' } }]);
  });

  it.each([
    ['a template without the action', { pathTemplate: '/apsara' }],
    ['another scheme', { baseUrl: 'ftp://stack.example.com' }],
    ['a path that the client would drop', { style: 'pop', baseUrl: 'https://stack.example.com/gate' }],
    ['an unknown setting', { colour: 'red' }],
  ])('refuses settings with %s', (_, wrong) => {
    const parsed = apsaraSettings.safeParse({ baseUrl: 'https://stack.example.com', ...wrong });

    expect(parsed.success).toBe(false);
  });
});
