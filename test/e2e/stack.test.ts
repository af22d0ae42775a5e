import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from '../fakes/world.ts';
import { webGroup } from '../support/real-world.ts';
import { RunningStack, until } from '../support/running-stack.ts';

type Results = { readonly id: string; readonly leaseId: string; readonly state: string; readonly borrowed?: boolean }[];

let stack: RunningStack;
let octet = 10;
/** A request for one address that no other test uses. */
const asking = (change: Record<string, unknown> = {}) => {
  octet += 1;
  const rule = { direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: `203.0.113.${octet}/32` };
  return {
    ...request({ target: webGroup, duration: 'PT1H', rules: [rule], id: `E2E-${octet}`, ...change }),
    cidr: rule.sourceCidrIp,
  };
};
const bare = ({ cidr: _, ...message }: ReturnType<typeof asking>) => message;
const openFor = async (cidr: string) => (await stack.ecs().rules()).filter((rule) => rule.sourceCidrIp === cidr);
const resultsOf = (answer: Record<string, unknown>) => answer.results as Results;

beforeAll(async () => {
  // A removal by hand is to be noticed within the test, not within a minute.
  stack = await (await RunningStack.start({ env: { CURFEW_LOOK_AGAIN_SECONDS: '10' } })).ready();
}, 90_000);

afterAll(async () => {
  await stack.stop();
  stack.remove();
});

describe('the stack', () => {
  it('opens a rule from a signed webhook and removes it within two seconds of its end', async () => {
    const { cidr, ...message } = asking({ duration: 'PT6S' });

    const { status, body } = await stack.hook(message);

    expect(status).toBe(202);
    const leaseId = resultsOf(body as Record<string, unknown>)[0]?.leaseId ?? '';
    await until('the rule', 5_000, async () => ((await openFor(cidr)).length === 1 ? true : undefined));
    const lease = await stack.lease(leaseId);
    const endMs = Date.parse(String(lease.expiresAt));
    await until('its end', 15_000, async () => ((await openFor(cidr)).length === 0 ? true : undefined));
    expect(Date.now() - endMs).toBeLessThan(2_000);
    expect(Date.now() - endMs).toBeGreaterThan(-200);
    await until('ended', 15_000, async () => ((await stack.state(leaseId)) === 'ended' ? true : undefined));
  }, 40_000);

  it('makes one lease, one rule and one call of the same message in ten event forms at once', async () => {
    const { cidr, ...message } = asking();
    const text = JSON.stringify(message);
    const base64 = (value: string) => Buffer.from(value).toString('base64');
    const queueEvent = (messageBody: unknown) => ({
      id: 'c2g71017',
      source: 'MNS-Function-mnstrigger',
      specversion: '1.0',
      type: 'mns:Queue:SendMessage',
      datacontenttype: 'application/json; charset=utf-8',
      subject: 'acs:mns:cn-hangzhou:1:queues/zeus',
      time: '2021-04-08T06:28:17.093Z',
      aliyunpublishtime: '2021-10-15T07:06:34.028Z',
      data: { requestId: '606EA3074344430D4C81', messageId: 'C6DB60D1', messageBody },
    });
    const topic = {
      TopicOwner: '1',
      Message: text,
      Subscriber: '1',
      PublishTime: 1550216480040,
      TopicName: 't',
      MessageId: 'm',
    };
    const forms = [
      text,
      `[${text}]`,
      base64(text),
      JSON.stringify(queueEvent(text)),
      JSON.stringify([queueEvent(text)]),
      JSON.stringify(queueEvent(base64(text))),
      JSON.stringify({ ...queueEvent(text), source: 'acs:tickets', data: message }),
      JSON.stringify(topic),
      JSON.stringify({ ...topic, Message: base64(text) }),
      JSON.stringify({ body: text, attrs: { Extend: '{}' } }),
    ];

    const answers = await Promise.all(forms.map((form) => stack.invoke('grant', form)));

    const leases = answers.flatMap((answer) => resultsOf(answer).map(({ leaseId }) => leaseId));
    expect(leases).toHaveLength(10);
    expect(new Set(leases).size).toBe(1);
    await until('the rule', 10_000, async () => ((await openFor(cidr)).length === 1 ? true : undefined));
    const { body } = await stack.ecs().control('/calls');
    const calls = (body.calls as { action: string; parameters: Record<string, string> }[]).filter(
      ({ action, parameters }) => action === 'AuthorizeSecurityGroup' && Object.values(parameters).includes(cidr),
    );
    expect(calls).toHaveLength(1);
  }, 40_000);

  it('borrows a permanent rule and leaves it as it is', async () => {
    const permanent = (await stack.ecs().rules()).find(
      (rule) => rule.portRange === '22/22' && rule.sourceCidrIp === '10.0.0.0/8',
    );
    const rules = [
      {
        direction: 'ingress',
        ipProtocol: 'tcp',
        portRange: '22/22',
        sourceCidrIp: '10.0.0.0/8',
        priority: Number(permanent?.priority),
      },
    ];

    const answer = await stack.invoke('grant', JSON.stringify(bare(asking({ rules, duration: 'PT3S' }))));

    expect(resultsOf(answer)[0]).toMatchObject({ state: 'active', borrowed: true });
    await until('its end', 20_000, async () =>
      (await stack.state(resultsOf(answer)[0]?.leaseId ?? '')) === 'ended' ? true : undefined,
    );
    expect(
      (await stack.ecs().rules()).find((rule) => rule.securityGroupRuleId === permanent?.securityGroupRuleId),
    ).toEqual(permanent);
  }, 40_000);

  it.each([
    ['blanks its description', { description: '-' }],
    ['edits its address', { sourceCidrIp: '198.51.100.9/32' }],
  ])(
    'removes a rule at its end although somebody %s',
    async (_name, edit) => {
      const { cidr, ...message } = asking({ duration: 'PT6S' });
      const answer = await stack.invoke('grant', JSON.stringify(message));
      const [rule] = await openFor(cidr);
      const securityGroupRuleId = rule?.securityGroupRuleId ?? '';
      const same = { securityGroupRuleId, ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: cidr, description: 'x' };

      await stack.ecs().modify({ ...same, ...edit });

      await until('its end', 15_000, async () => {
        const isThere = (await stack.ecs().rules()).some((one) => one.securityGroupRuleId === securityGroupRuleId);
        return isThere ? undefined : true;
      });
      await until('ended', 15_000, async () =>
        (await stack.state(resultsOf(answer)[0]?.leaseId ?? '')) === 'ended' ? true : undefined,
      );
    },
    40_000,
  );

  it('calls a lease withdrawn when somebody deletes its rule, and does not open it again', async () => {
    const { cidr, ...message } = asking();
    const answer = await stack.invoke('grant', JSON.stringify(message));
    const [rule] = await openFor(cidr);

    await stack.ecs().revoke({ securityGroupRuleId: [rule?.securityGroupRuleId ?? ''] });

    const leaseId = resultsOf(answer)[0]?.leaseId ?? '';
    await until('withdrawn', 60_000, async () => ((await stack.state(leaseId)) === 'withdrawn' ? true : undefined));
    expect(await openFor(cidr)).toHaveLength(0);
    expect(await stack.logs()).toContain('"code":"WITHDRAWN"');
  }, 70_000);

  it('answers bad webhooks by status, with a code, a sentence and a path', async () => {
    const bad = await stack.hook({ ...bare(asking()), version: 2 });
    const open = await stack.hook(
      bare(
        asking({ rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '0.0.0.0/0' }] }),
      ),
    );
    const url = `http://127.0.0.1:${stack.port}/hooks`;
    const unsigned = await fetch(`${url}/tickets`, { method: 'POST', body: '{}' });
    const unknown = await fetch(`${url}/nobody`, { method: 'POST', body: '{}' });
    const large = await fetch(`${url}/tickets`, { method: 'POST', body: 'x'.repeat(1_000_000) });
    const looked = await fetch(`${url}/tickets`);

    expect(bad).toMatchObject({
      status: 400,
      body: { results: [{ error: { code: 'INVALID_VALUE', path: '/version' } }] },
    });
    expect(open).toMatchObject({
      status: 200,
      body: { results: [{ state: 'rejected', error: { code: 'WORLD_OPEN', path: '/rules/0/sourceCidrIp' } }] },
    });
    expect([unsigned.status, await unsigned.text(), unknown.status, large.status]).toEqual([401, '', 404, 413]);
    expect([looked.status, looked.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('ends every invocation with its structured result, and shows no secret in any line', async () => {
    const lines = (await stack.logs())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const lastOf = new Map(lines.map((line) => [line.requestId, line.message]));

    expect(lines.length).toBeGreaterThan(20);
    expect(new Set(lastOf.values())).toEqual(new Set(['result']));
    const { DATABASE_URL, token } = await stack.file();
    const text = await stack.logs();
    for (const secret of ['local-secret', token, new URL(DATABASE_URL).password, 'Y3VyZmV3LWxvY2FsLXNlY3JldC']) {
      expect(text).not.toContain(secret);
    }
  });
});
