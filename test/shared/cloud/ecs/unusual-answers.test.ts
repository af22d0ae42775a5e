import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEcsRuleApi } from '../../../../shared/cloud/ecs/ecs-rule-api.ts';
import { listEcsGroups } from '../../../../shared/cloud/ecs/list-groups.ts';
import { sampleRule } from '../../../contract/rule-api.ts';
import { localCredentials, webGroup } from './ecs-trial.ts';

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A cloud that answers what it is told to; the last answer is repeated. */
async function scripted(...script: readonly Respond[]) {
  const urls: URL[] = [];
  server = createServer((request, response) => {
    urls.push(new URL(request.url ?? '/', 'http://cloud'));
    request.resume();
    (script[urls.length - 1] ?? script.at(-1))?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = {
    regionId: 'cn-hangzhou',
    endpoint,
    credentials: () => localCredentials,
    timeoutMs: 500,
  };
  return { api: createEcsRuleApi(options), options, urls };
}

const text =
  (status: number, body: string, headers: Record<string, string> = {}): Respond =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
const json = (body: unknown, status = 200): Respond => text(status, JSON.stringify(body));
const page = (permissions: unknown, more: Record<string, unknown> = {}): Respond =>
  json({
    RequestId: 'R',
    SecurityGroupId: 'sg-demo-web',
    VpcId: 'vpc-1',
    NextToken: '',
    Permissions: permissions,
    ...more,
  });
const permission = (more: Record<string, unknown> = {}) => ({
  SecurityGroupRuleId: 'sgr-1',
  Direction: 'ingress',
  IpProtocol: 'TCP',
  Policy: 'Accept',
  PortRange: '22/22',
  SourcePortRange: '-1/-1',
  Priority: 1,
  NicType: '',
  SourceCidrIp: '10.1.2.3/8',
  DestCidrIp: '',
  Description: '',
  CreateTime: '2026-11-22T10:00:00Z',
  ...more,
});

describe('an answer of ECS to a change', () => {
  const authorize = async (...script: readonly Respond[]) => {
    const { api } = await scripted(...script);
    const change = { kind: 'authorize', direction: 'ingress', rules: [sampleRule(1)] } as const;
    return api.send(webGroup, 'authorize', 'ingress', api.prepare(webGroup, change), 'token-1');
  };

  it('proves something only with a request id', async () => {
    expect(await authorize(json({ RequestId: 'R-1' }))).toEqual({ kind: 'done', requestId: 'R-1' });
    expect((await authorize(json({}))).kind).toBe('unknown');
    expect((await authorize(json(null))).kind).toBe('unknown');
    expect((await authorize(json({ Code: 'Forbidden.RAM' }))).kind).toBe('unknown');
  });

  it.each([
    ['a redirect', text(302, '', { location: 'http://elsewhere/' })],
    ['an empty 502', text(502, '')],
    ['an empty 431', text(431, '')],
    ['a null with 500', json(null, 500)],
    ['an empty object with 500', json({}, 500)],
    ['an empty object with 404', json({}, 404)],
    ['text', text(200, 'hello')],
    [
      'a body cut short',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"Req');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    [
      'a body that stalls',
      (_request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"Req');
      },
    ],
  ] satisfies readonly (readonly [string, Respond])[])(
    'that is %s leaves an unknown outcome',
    async (_name, respond) => {
      expect((await authorize(respond)).kind).toBe('unknown');
    },
  );

  it('from nobody leaves an unknown outcome', async () => {
    const { api } = await scripted(json({}));
    server?.close();
    server?.closeAllConnections();
    const change = { kind: 'authorize', direction: 'ingress', rules: [sampleRule(1)] } as const;

    const answer = await api.send(webGroup, 'authorize', 'ingress', api.prepare(webGroup, change), 'token-1');

    expect(answer).toMatchObject({ kind: 'unknown', code: 'ECONNREFUSED' });
  });
});

describe('a listing of ECS', () => {
  it('is nothing without its later pages', async () => {
    const first = page({ Permission: [permission()] }, { NextToken: 'more' });
    const { api, urls } = await scripted(first, json({ RequestId: 'R', Code: 'Throttling.User' }, 400));

    const answer = await api.describe(webGroup);

    expect(answer).toMatchObject({ kind: 'refused', class: 'throttled' });
    expect(urls.at(-1)?.searchParams.get('NextToken')).toBe('more');
  });

  it('of pages without an end is not believed', async () => {
    const { api } = await scripted(page({ Permission: [permission()] }, { NextToken: 'again' }));

    expect(await api.describe(webGroup)).toMatchObject({ kind: 'unknown', code: 'ENDLESS_LISTING' });
  });

  it.each([
    ['of another group', page({ Permission: [] }, { SecurityGroupId: 'sg-other' })],
    ['without a list', page(undefined)],
    ['with an empty word for a list', page({})],
    ['with a text for a list', page('none')],
  ])('%s does not pass for an empty group', async (_name, respond) => {
    const { api } = await scripted(respond);

    expect((await api.describe(webGroup)).kind).toBe('unknown');
  });

  it('of a classic group has both of its sides', async () => {
    const inside = page({ Permission: [permission({ NicType: 'intranet' })] }, { VpcId: '' });
    const outside = page(
      { Permission: [permission({ SecurityGroupRuleId: 'sgr-2', NicType: 'internet' })] },
      { VpcId: '' },
    );
    const { api, urls } = await scripted(inside, outside);

    const answer = await api.describe(webGroup);

    expect(answer).toMatchObject({ rules: [{ rule: { nicType: 'intranet' } }, { rule: { nicType: 'internet' } }] });
    expect(urls.map((url) => url.searchParams.get('NicType'))).toEqual(['intranet', 'internet']);
  });

  it('brings rules into the form of requests', async () => {
    const { api } = await scripted(page({ Permission: [permission({ Priority: 110, Direction: 'Ingress' })] }));

    const answer = await api.describe(webGroup);

    expect(answer).toMatchObject({ kind: 'listed' });
    expect(answer.kind === 'listed' && answer.rules).toEqual([
      {
        ruleId: 'sgr-1',
        description: '',
        createdAtMs: Date.UTC(2026, 10, 22, 10),
        rule: {
          direction: 'ingress',
          ipProtocol: 'tcp',
          portRange: '22/22',
          policy: 'accept',
          priority: 110,
          nicType: 'intranet',
          sourceCidrIp: '10.0.0.0/8',
        },
      },
    ]);
  });

  it.each([
    ['an address that is none', { SourceCidrIp: '10.0.0.256/8' }],
    ['an address of the wrong family', { SourceCidrIp: '2001:db8::/64' }],
    ['no peer', { SourceCidrIp: '' }],
    ['no ports', { PortRange: '' }],
    ['an unheard-of policy', { Policy: 'Perhaps' }],
    ['an unheard-of direction', { Direction: 'sideways' }],
    ['no priority', { Priority: '' }],
  ])('shows a rule with %s as one that matches nothing', async (_name, odd) => {
    const { api } = await scripted(page({ Permission: [permission({ ...odd, Description: 'odd' })] }));

    const answer = await api.describe(webGroup);

    expect(answer).toMatchObject({ kind: 'listed', rules: [{ ruleId: 'sgr-1', description: 'odd' }] });
    expect(answer.kind === 'listed' && answer.rules[0]?.rule).toBeUndefined();
  });

  it('shows a rule once that moved to the next page meanwhile', async () => {
    const first = page({ Permission: [permission()] }, { NextToken: 'more' });
    const { api } = await scripted(first, page({ Permission: [permission()] }));

    expect(await api.describe(webGroup)).toMatchObject({ rules: [{ ruleId: 'sgr-1' }] });
  });

  it('of groups has all pages or nothing', async () => {
    const groups = (id: string, NextToken: string) =>
      json({ RequestId: 'R', NextToken, SecurityGroups: { SecurityGroup: [{ SecurityGroupId: id }] } });
    const whole = await scripted(groups('sg-1', 'more'), groups('sg-2', ''));
    expect(await listEcsGroups(whole.options)).toMatchObject({ groupIds: ['sg-1', 'sg-2'] });
    server?.close();

    const broken = await scripted(groups('sg-1', 'more'), json({ RequestId: 'R' }));
    expect((await listEcsGroups(broken.options)).kind).toBe('unknown');
  });

  it.each([
    ['no count', { SecurityGroupId: 'sg-demo-web' }],
    ['a count that is none', { SecurityGroupId: 'sg-demo-web', EcsCount: -1 }],
    ['the count of another group', { SecurityGroupId: 'sg-demo-db', EcsCount: 1 }],
  ])('with %s is no count, and never a small one', async (_name, group) => {
    const { api } = await scripted(json({ RequestId: 'R', SecurityGroups: { SecurityGroup: [group] } }));

    expect(await api.countInstances?.(webGroup)).toMatchObject({ kind: 'unknown', code: 'NOT_COUNTED' });
  });
});
