import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CredentialRegistry } from '../../local/clouds/wire/credentials.ts';
import { createApsaraRuleApi } from '../../shared/cloud/apsara/apsara-rule-api.ts';
import { apsaraSettings } from '../../shared/cloud/apsara/settings.ts';
import { createEnsRuleApi } from '../../shared/cloud/ens/ens-rule-api.ts';
import { configFolder } from '../../shared/config/config-folder.ts';
import type { RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { ListedRule } from '../../shared/rule/rule.ts';
import type { Target } from '../../shared/rule/target.ts';
import { request } from '../fakes/world.ts';
import { ecsClient } from '../local/clouds/ecs-client.ts';
import { controlOf, verbs } from '../local/clouds/ecs-trial.ts';
import { startReceiver } from '../support/receiver.ts';
import { RunningStack, until } from '../support/running-stack.ts';

type Results = { readonly leaseId: string; readonly state: string; readonly borrowed?: boolean; error?: unknown }[];

const credentials = () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' });
const clouds = {
  'Edge Node Service': {
    target: { cloud: 'ens', account: 'default', regionId: 'ens', securityGroupId: 'sg-demo-ens' },
    portOffset: 2,
    look: (endpoint: string) => createEnsRuleApi({ regionId: 'ens', endpoint, credentials }),
    opens: 'CreateSecurityGroupPermissions',
    removes: 'DeleteSecurityGroupPermissions',
    permanent: { direction: 'ingress', ipProtocol: 'icmp', portRange: '-1/-1', sourceCidrIp: '10.0.0.0/8' },
  },
  'Apsara Stack': {
    target: { cloud: 'apsara', account: 'default', regionId: 'cn-qingdao-env17-d01', securityGroupId: 'sg-demo-stack' },
    portOffset: 3,
    look: (baseUrl: string) =>
      createApsaraRuleApi({
        regionId: 'cn-qingdao-env17-d01',
        settings: apsaraSettings.parse({ baseUrl }),
        credentials,
      }),
    opens: 'AuthorizeSecurityGroupEgress',
    removes: 'RevokeSecurityGroupEgress',
    permanent: { direction: 'ingress', ipProtocol: 'tcp', portRange: '443/443', sourceCidrIp: '10.0.0.0/8' },
  },
} as const;

const shopId = '2000000000000002';
/** As shipped, and one account more. */
const shop = `
  shop:
    accountId: '${shopId}'
    regions: [cn-hangzhou]
    roleArn: acs:ram::${shopId}:role/curfew-{function}
    externalId: curfew
`;

const siemSecret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const notices = `channels:
  siem:
    kind: webhook
    address: env:CURFEW_SIEM_ADDRESS
    secrets: [env:CURFEW_SIEM_SECRETS]
    events: [opened, ended]
`;

let stack: RunningStack;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let config = '';

beforeAll(async () => {
  config = await mkdtemp(join(tmpdir(), 'clouds-config-'));
  await cp(configFolder({}), config, { recursive: true });
  await appendFile(join(config, 'accounts.yaml'), shop);
  await writeFile(join(config, 'notices.yaml'), notices);
  receiver = await startReceiver();
  const own = { CURFEW_SIEM_ADDRESS: receiver.url, CURFEW_SIEM_SECRETS: siemSecret };
  stack = await (await RunningStack.start({ env: { CURFEW_CONFIG: config, ...own } })).ready();
}, 90_000);

afterAll(async () => {
  await stack.stop();
  stack.remove();
  await receiver.close();
  await rm(config, { recursive: true, force: true });
});

const resultOf = (body: unknown) => (body as { results: Results }).results[0];

describe.each(Object.entries(clouds))('a lease on %s', (_, { target, portOffset, look, opens, removes, permanent }) => {
  const url = () => `http://127.0.0.1:${stack.port + portOffset}`;
  const rules = async (): Promise<readonly ListedRule[]> => {
    const api: RuleApi = look(url());
    const listing = await api.describe(target as Target);
    if (listing.kind !== 'listed') throw new Error(listing.message);
    return listing.rules;
  };
  const calls = async (action: string) => {
    const { body } = await controlOf(url())('/calls');
    return (body.calls as { action: string; parameters: Record<string, string> }[]).filter(
      (call) => call.action === action,
    );
  };
  const untilEnded = (leaseId: string) =>
    until('ended', 60_000, async () => ((await stack.state(leaseId)) === 'ended' ? true : undefined));

  it('goes from a message to a rule and back, and leaves the others as they were', async () => {
    const before = await rules();
    const rule = { direction: 'egress', ipProtocol: 'tcp', portRange: '5432/5432', destCidrIp: '203.0.113.9/32' };
    const ours = async () => (await rules()).filter((one) => one.rule?.destCidrIp === rule.destCidrIp);

    const answer = await stack.hook(request({ target, rules: [rule], duration: 'PT6S', id: `C-${target.cloud}-1` }));

    expect(answer.status).toBe(202);
    const leaseId = resultOf(answer.body)?.leaseId ?? '';
    await until('the rule', 8_000, async () => ((await ours()).length === 1 ? true : undefined));
    expect((await ours())[0]?.description).toContain('temporary, removed automatically');
    const endMs = Date.parse(String((await stack.lease(leaseId)).expiresAt));
    await until('its end', 20_000, async () => ((await ours()).length === 0 ? true : undefined));
    expect(Date.now() - endMs).toBeLessThan(2_000);
    expect(Date.now() - endMs).toBeGreaterThan(-200);
    await untilEnded(leaseId);
    expect(await rules()).toEqual(before);
    expect(await calls(opens)).toHaveLength(1);
    expect(await calls(removes)).toHaveLength(1);
  }, 100_000);

  it('borrows a permanent rule and never calls for it', async () => {
    const before = await rules();
    const message = request({ target, rules: [permanent], duration: 'PT3S', id: `C-${target.cloud}-2` });
    const callsBefore = (await controlOf(url())('/calls')).body.calls as { action: string }[];

    const answer = await stack.invoke('grant', JSON.stringify(message));

    expect(resultOf(answer)).toMatchObject({ state: 'active', borrowed: true });
    await untilEnded(resultOf(answer)?.leaseId ?? '');
    const more = ((await controlOf(url())('/calls')).body.calls as { action: string }[]).slice(callsBefore.length);
    expect(new Set(more.map(({ action }) => action))).toEqual(new Set(['DescribeSecurityGroupAttribute']));
    expect(await rules()).toEqual(before);
  }, 90_000);
});

describe('a lease in another account', () => {
  it('opens and ends there through a role for each hand, and nowhere else', async () => {
    const issued = new CredentialRegistry().issue('STS.test', shopId, Date.now() + 600_000);
    const there = verbs(ecsClient(stack.port + 1, issued));
    const securityGroupId = await there.createGroup();
    const group = { securityGroupId };
    const target = { cloud: 'ecs', account: 'shop', regionId: 'cn-hangzhou', securityGroupId };
    const before = await stack.ecs().rules();

    const answer = await stack.hook(request({ target, duration: 'PT6S', id: 'C-shop' }));

    const leaseId = resultOf(answer.body)?.leaseId ?? '';
    const count = async (wanted: number) => ((await there.rules(group)).length === wanted ? true : undefined);
    await until('the rule', 8_000, () => count(1));
    expect(await stack.ecs().rules()).toEqual(before);
    await until('its end', 20_000, () => count(0));
    await until('ended', 20_000, async () => ((await stack.state(leaseId)) === 'ended' ? true : undefined));
    const { body } = await controlOf(`http://127.0.0.1:${stack.port + 7}`)('/calls');
    const roles = (body.calls as { parameters: Record<string, string> }[]).map(({ parameters }) => parameters.RoleArn);
    const roleOf = (name: string) => `acs:ram::${shopId}:role/curfew-${name}`;
    expect(roles).toEqual(expect.arrayContaining([roleOf('grant'), roleOf('revoke')]));
    // The scan may have come by: it looks, under a role of its own.
    expect(roles.filter((role) => !['grant', 'revoke', 'reconcile'].map(roleOf).includes(role ?? ''))).toEqual([]);
  }, 60_000);
});

describe('a target outside accounts.yaml', () => {
  it('is refused with a code and the path', async () => {
    const target = { cloud: 'ens', account: 'nobody', regionId: 'ens', securityGroupId: 'sg-demo-ens' };

    const { status, body } = await stack.hook(request({ target, id: 'C-3' }));

    expect(status).toBe(200);
    expect(resultOf(body)).toMatchObject({ error: { code: 'UNKNOWN_ACCOUNT', path: '/target/account' } });
  });
});

describe('who is to be told of leases', () => {
  it('is told in their order, within seconds, in signed events', async () => {
    const target = { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' };
    await stack.invoke('notify', '{}');
    const answer = await stack.hook(request({ target, duration: 'PT4S', id: 'C-told' }));
    const leaseId = resultOf(answer.body)?.leaseId ?? '';
    const events = () =>
      receiver.received
        .map(({ body, headers }) => new Webhook(siemSecret).verify(body, headers as Record<string, string>))
        .map((event) => event as { type: string; data: { subject: string } })
        .filter(({ data }) => data.subject === leaseId)
        .map(({ type }) => type);

    await until('news of its opening', 10_000, async () => (events().length > 0 ? true : undefined));
    await until('news of its end', 60_000, async () => (events().length > 1 ? true : undefined));

    expect([...new Set(events())]).toEqual(['curfew.lease.opened', 'curfew.lease.ended']);
  }, 90_000);
});

describe('the stack', () => {
  it('says where every cloud is', async () => {
    const { clouds: addresses } = await stack.file();

    expect(addresses).toEqual(
      Object.fromEntries(
        Object.entries({ ecs: 1, ens: 2, apsara: 3, sts: 7 }).map(([name, offset]) => [
          name,
          `http://127.0.0.1:${stack.port + offset}`,
        ]),
      ),
    );
    for (const address of Object.values(addresses)) expect(stack.output).toContain(address);
  });
});
