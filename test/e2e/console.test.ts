import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJson } from '../../shared/runtime/parse-json.ts';
import { ApiDocument } from '../support/api-document.ts';
import { Browser } from '../support/browser.ts';
import { webGroup } from '../support/real-world.ts';
import { RunningStack, until } from '../support/running-stack.ts';

type Answer = { readonly status: number; readonly body: Record<string, never> & { readonly code?: string } };
type Ask = {
  readonly id?: string;
  readonly query?: string;
  readonly body?: unknown;
  readonly tag?: string;
  readonly by?: Browser;
};

const config = mkdtempSync(join(tmpdir(), 'curfew-console-'));
let stack: RunningStack;
let url: string;
let token: string;
let document: ApiDocument;
const called = new Set<string>();
let octet = 0;

beforeAll(async () => {
  writeConfig();
  stack = await (await RunningStack.start({ env: { CURFEW_CONFIG: config } })).ready();
  ({ url, token } = await stack.file());
  document = new ApiDocument((await (await fetch(`${url}/openapi.json`)).json()) as never);
}, 90_000);

afterAll(async () => {
  await stack.stop();
  stack.remove();
  rmSync(config, { recursive: true, force: true });
});

/** The shipped configuration, but that somebody else must agree to what is opened in sg-demo-db. */
function writeConfig(): void {
  cpSync(new URL('../../config', import.meta.url), config, { recursive: true });
  const file = join(config, 'policy.cedar');
  const [before, after] = readFileSync(file, 'utf8').split('permit(principal, action in Action::"request", resource);');
  expect(after).toBeDefined();
  const both = `permit(principal, action in Action::"request", resource) when { resource.id != "sg-demo-db" };
@id("the-data-base-waits") @approvals("1")
permit(principal, action in Action::"request", resource) when { resource.id == "sg-demo-db" };`;
  writeFileSync(file, `${before}${both}${after}`);
}

/** Calls an operation by its name in the document, and holds what is sent and what comes back against it. */
async function call(name: string, { id = '', query = '', body, tag, by }: Ask = {}): Promise<Answer> {
  const operation = document.operations.get(name);
  if (!operation) throw new Error(`the document has no operation ${name}`);
  const at = `${url}${operation.path.replace('{id}', encodeURIComponent(id))}${query}`;
  const init = { method: operation.method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const own = { origin: url, 'x-curfew-csrf': '1' };
  const response = by
    ? await by.send(at, { ...init, headers: own })
    : await fetch(at, { ...init, headers: { authorization: `Bearer ${token}`, ...(tag && { 'if-none-match': tag }) } });
  expect([name, await document.wrongInAnswer(operation, response)]).toEqual([name, []]);
  if (response.ok) expect([name, document.wrongInRequest(operation, body)]).toEqual([name, []]);
  called.add(name);
  const text = await response.text();
  return { status: response.status, body: (parseJson(text) ?? { text }) as unknown as Answer['body'] };
}

/** A request for an address that no other one names. */
const asking = (change: Record<string, unknown> = {}) => {
  octet += 1;
  const rule = { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: `198.51.100.${octet}/32` };
  return { target: webGroup, rules: [rule], duration: 'PT10M', reason: '<script>alert(1)</script>', ...change };
};
const idOf = ({ body }: Answer): string => String((body.lease as Record<string, unknown> | undefined)?.id);
const open = async (change?: Record<string, unknown>) => idOf(await call('postLeases', { body: asking(change) }));
const status = async (answer: Promise<Answer>) => (await answer).status;

describe('the API of a running stack is as its document says', () => {
  it('for a lease from asking to gone', async () => {
    const body = asking({ id: 'CONSOLE-1' });
    const plan = await call('postPlan', { body });
    const first = await call('postLeases', { body });
    const again = await call('postLeases', { body });
    const other = await call('postLeases', { body: { ...body, reason: 'another' } });
    const id = idOf(first);

    expect([plan.status, first.status, again.status, other.status]).toEqual([200, 201, 200, 409]);
    expect(idOf(again)).toBe(id);
    await until('the rule', 10_000, async () => ((await stack.state(id)) === 'active' ? true : undefined));
    expect(await status(call('getLeases', { query: '?live=true&group=sg-demo-web&limit=1' }))).toBe(200);
    expect(await status(call('getLeasesById', { id }))).toBe(200);
    expect(await status(call('postLeasesByIdExtend', { id, body: { duration: 'PT5M' } }))).toBe(200);
    expect(await status(call('postLeasesByIdShorten', { id, body: { duration: 'PT5M' } }))).toBe(200);
    expect(await status(call('postLeasesByIdEnd', { id, body: { reason: 'done' } }))).toBe(200);
    await until('its end', 20_000, async () => ((await stack.state(id)) === 'ended' ? true : undefined));
    expect(await status(call('getAuditLeasesById', { id }))).toBe(200);
  }, 60_000);

  it('for what is done to many, and to what is there', async () => {
    const [one, other] = [await open(), await open()];
    await until('the rules', 10_000, async () => ((await stack.state(other)) === 'active' ? true : undefined));
    const [mine] = (await stack.ecs().rules()).filter(({ sourceCidrIp }) => sourceCidrIp === '10.0.0.0/8');
    const adopting = {
      target: webGroup,
      securityGroupRuleId: mine?.securityGroupRuleId,
      duration: 'PT9M',
      reason: 'x',
    };

    const adopted = await call('postAdopt', { body: adopting });
    const abandoned = await call('postLeasesByIdAbandon', { id: one, body: { reason: 'a trial', force: true } });
    const ended = await call('postLeasesEnd', { body: { group: 'sg-demo-web' } });

    expect([adopted.status, abandoned.status, ended.status]).toEqual([201, 200, 200]);
    expect(ended.body.ended).toEqual(expect.arrayContaining([other]));
  }, 60_000);

  it('for what looks', async () => {
    const names = ['getMe', 'getGroups', 'getHealth', 'getDrift', 'getDoctor', 'getStamped', 'getAudit', 'getPolicy'];
    const more = ['getAuditVerify', 'getAuditExport', 'getFreeze', 'getRecover', 'getRules'];
    const person = { id: 'lin@example.com' };
    const tests = [{ action: 'administer', person, expect: { decision: 'deny' } }];

    expect((await call('postPolicyTest', { body: { tests } })).body.failed).toBe(0);
    const seen = (await fetch(`${url}/api/groups`, { headers: { authorization: `Bearer ${token}` } })).headers.get(
      'etag',
    );
    expect(await status(call('getGroups', { tag: seen ?? '' }))).toBe(304);

    const statuses = await Promise.all([...names, ...more].map((name) => status(call(name))));

    expect(statuses).toEqual([...names, ...more].map(() => 200));
    expect(await status(call('getAuditExport', { query: '?format=csv&limit=3' }))).toBe(200);
    const where = `?${new URLSearchParams({ regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' })}`;
    expect(await status(call('getGroupsRules', { query: where }))).toBe(200);
    expect(await status(call('getRules', { query: '?live=true&group=sg-demo-web&limit=1' }))).toBe(200);
  }, 60_000);

  it('for the great levers', async () => {
    expect(await status(call('putFreeze', { body: { reason: 'a trial' } }))).toBe(200);
    expect((await call('postLeases', { body: asking() })).body.code).toBe('FROZEN');
    expect(await status(call('deleteFreeze'))).toBe(200);
    expect(await status(call('postRecover', { body: {} }))).toBe(200);
    expect(await status(call('deleteRecover'))).toBe(200);
  }, 60_000);

  it('for whatever is refused', async () => {
    const nothing = { id: 'no-such-lease' };
    for (const [name, { path, method }] of document.operations) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : { surprise: true };
      const { status: code } = await call(name, { ...(path.includes('{id}') && nothing), body });
      if (body || path.includes('{id}')) expect([name, code]).toEqual([name, expect.toSatisfy((is) => is >= 400)]);
      const stranger = await call(name, { by: new Browser(), ...nothing });
      expect([name, stranger.status]).toEqual([name, 401]);
    }
    // Whatever the sweep above changed is undone.
    await call('deleteRecover');
    await call('deleteFreeze');
  }, 60_000);

  it('for every operation of it', () => {
    expect([...called].sort()).toEqual([...document.operations.keys()].sort());
  });
});

describe('people of the running stack', () => {
  it('log in, ask, end and log out', async () => {
    const [lin, ada] = [new Browser(), new Browser()];
    await lin.logIn(url, 'lin@example.com');
    await ada.logIn(url, 'ada@example.com');

    const me = await call('getMe', { by: lin });
    const asked = await call('postLeases', { body: asking(), by: lin });
    const trail = await Promise.all([lin, ada].map((by) => status(call('getAudit', { by }))));

    expect(me.body).toMatchObject({ person: { id: 'lin@example.com', groups: ['sre'] }, may: { administer: false } });
    expect(asked.body.lease).toMatchObject({ requester: { id: 'lin@example.com' }, source: 'api' });
    expect(trail).toEqual([403, 200]);
    expect(await status(call('postLeasesByIdEnd', { id: idOf(asked), body: {}, by: lin }))).toBe(200);
    expect((await lin.change(`${url}/auth/logout`)).status).toBe(204);
    expect(await status(call('getMe', { by: lin }))).toBe(401);
  }, 60_000);

  it('decide for each other, never for themselves', async () => {
    const [lin, wei] = [new Browser(), new Browser()];
    await lin.logIn(url, 'lin@example.com');
    await wei.logIn(url, 'wei@example.com');
    const data = { ...webGroup, securityGroupId: 'sg-demo-db' };
    const asked = await call('postLeases', { body: asking({ target: data }), by: lin });
    const other = await call('postLeases', { body: asking({ target: data }), by: lin });
    const id = idOf(asked);

    const own = await call('postLeasesByIdApprove', { id, body: {}, by: lin });
    const approved = await call('postLeasesByIdApprove', { id, body: { reason: 'fine' }, by: wei });
    const rejected = await call('postLeasesByIdReject', { id: idOf(other), body: { reason: 'no' }, by: wei });

    expect(asked.body.lease).toMatchObject({ state: 'awaiting-approval', approvals: { needed: 1, given: [] } });
    expect(own.status).toBeGreaterThanOrEqual(400);
    expect(approved.body.lease).toMatchObject({ approvals: { given: [{ by: 'wei@example.com' }] } });
    expect(rejected.body.lease).toMatchObject({ state: 'rejected' });
    await until('the rule', 10_000, async () => ((await stack.state(id)) === 'active' ? true : undefined));
  }, 60_000);

  it('are told of a header that is too large, by whatever stands before the console', async () => {
    const response = await fetch(`${url}/api/me`, { headers: { cookie: `curfew-session=${'x'.repeat(20_000)}` } });

    expect(response.status).toBe(431);
  });
});
