import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decrypt } from '@wecom/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hookSecrets } from '../support/hook-trial.ts';
import { RunningStack, until } from '../support/running-stack.ts';
import { startTicketApis } from '../support/ticket-apis.ts';
import { tickets } from '../support/tickets.ts';

type What = 'asked' | 'approved' | 'closed';
const systems = Object.keys(tickets) as (keyof typeof tickets)[];
const config = mkdtempSync(join(tmpdir(), 'curfew-tickets-'));
let stack: RunningStack;
let apis: Awaited<ReturnType<typeof startTicketApis>>;

/** The shipped configuration with the example sources, their APIs here, and a policy that wants one more person. */
function writeConfig(apiUrl: string): void {
  cpSync(new URL('../../config', import.meta.url), config, { recursive: true });
  const sources = readFileSync(join(config, 'examples/sources.yaml'), 'utf8')
    .replaceAll(/api: \{/g, `api: { endpoint: ${apiUrl},`)
    .replace(
      /# poll: .*/,
      `poll: { deliveries: ${apiUrl}/repos/example/ops/hooks/1/deliveries, token: env:CURFEW_GITHUB_TOKEN }`,
    );
  writeFileSync(join(config, 'sources.yaml'), sources);
  const policy = readFileSync(join(config, 'policy.cedar'), 'utf8');
  const mayAsk = '@id("whoever-is-proved-may-ask")';
  expect(policy).toContain(mayAsk);
  writeFileSync(join(config, 'policy.cedar'), policy.replace(mayAsk, `${mayAsk}\n@approvals("1")`));
}

beforeAll(async () => {
  apis = await startTicketApis();
  writeConfig(apis.url);
  stack = await (await RunningStack.start({ env: { ...hookSecrets, CURFEW_CONFIG: config } })).ready();
}, 90_000);

afterAll(async () => {
  await stack.stop();
  stack.remove();
  await apis.stop();
  rmSync(config, { recursive: true, force: true });
});

async function say(system: keyof typeof tickets, what: What, ticket: number): Promise<number> {
  return (await heard(system, what, ticket)).status;
}

async function heard(system: keyof typeof tickets, what: What, ticket: number) {
  const { headers, query, rawBody } = tickets[system][what]({ serial: 1, nowMs: Date.now(), ticket });
  const url = `http://127.0.0.1:${stack.port}/hooks/${system}?${new URLSearchParams(query)}`;
  const sentAtMs = performance.now();
  const response = await fetch(url, { method: 'POST', headers: { ...headers }, body: new Uint8Array(rawBody) });
  const text = await response.text();
  return { status: response.status, text, tookMs: performance.now() - sentAtMs };
}

async function logLines(): Promise<Record<string, unknown>[]> {
  const lines = (await stack.logs()).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function leasesOf(system: string): Promise<Record<string, unknown>[]> {
  const { body } = await stack.api('/api/leases?limit=100');
  return (body.leases as Record<string, unknown>[]).filter((lease) => lease.source === system);
}
const becomes = (system: string, state: string) =>
  until(`${system} to be ${state}`, 20_000, async () =>
    (await leasesOf(system)).some((lease) => lease.state === state) ? true : undefined,
  );
const opened = async () => (await stack.ecs().rules()).filter((rule) => rule.sourceCidrIp === '203.0.113.7/32');

describe('a ticket, through the running stack', () => {
  it.each(systems)(
    'of %s: asked, approved, open; closed, gone',
    async (system) => {
      expect(await say(system, 'asked', 1)).toBeLessThan(300);
      await becomes(system, 'awaiting-approval');
      expect(await opened()).toEqual([]);
      expect(await say(system, 'approved', 1)).toBeLessThan(300);
      await becomes(system, 'active');
      expect(await opened()).toHaveLength(1);
      expect(await say(system, 'closed', 1)).toBeLessThan(300);
      await until('the rule to go', 10_000, async () => ((await opened()).length === 0 ? true : undefined));
    },
    45_000,
  );

  it('of each system: closed before it is approved, it never opens', async () => {
    for (const system of systems) {
      for (const what of ['closed', 'asked', 'approved'] as const) expect(await say(system, what, 2)).toBeLessThan(300);
      await becomes(system, 'cancelled');
    }

    await stack.fire('grant');
    expect(await opened()).toEqual([]);
  }, 45_000);

  it('of DingTalk hears the encrypted success within 1.5 s, though the form cannot be fetched', async () => {
    apis.isHanging = true;
    const before = apis.calls.length;
    for (const what of ['asked', 'approved', 'closed'] as const) {
      const { status, text, tookMs } = await heard('dingtalk', what, 4);

      expect(status).toBe(200);
      const { encrypt } = JSON.parse(text) as { encrypt: string };
      expect(decrypt(hookSecrets.CURFEW_DINGTALK_AES_KEYS, encrypt).message).toBe('success');
      expect(tookMs, `${what}, in milliseconds`).toBeLessThan(1_500);
    }
    await until('the form to be asked for', 10_000, async () => (apis.calls.length > before ? true : undefined));
    apis.isHanging = false;

    await stack.fire('intake');
    const id = tickets.dingtalk.body('asked', 4).processInstanceId;
    expect((await leasesOf('dingtalk')).filter(({ requestId }) => requestId === id)).toMatchObject([
      { state: 'cancelled' },
    ]);
  }, 45_000);

  it('of GitHub that never came is read from its own list by the timer', async () => {
    const payload = tickets.github.body('asked', 3);
    apis.deliveries.push({ id: 1, guid: 'missed', delivered_at: new Date().toISOString(), status_code: 502, payload });

    await stack.fire('intake');

    expect((await leasesOf('github')).map(({ state }) => state)).toContain('awaiting-approval');
  });

  it('has its form fetched by a run of its own, never while the sender waits', async () => {
    const thin = (await logLines()).filter(({ source }) => source === 'dingtalk' || source === 'feishu');

    const asks = thin.filter(({ level, results }) => level === 'info' && results === undefined);
    expect(asks.length).toBeGreaterThan(0);
    expect(asks.filter(({ waiting }) => waiting !== 1)).toEqual([]);
    expect((await logLines()).some(({ trigger, caughtUp }) => trigger === 'fetch' && caughtUp === 1)).toBe(true);
  });

  it('leaves no secret in the log, and no error of the function that took it', async () => {
    const logs = await stack.logs();
    const lines = await logLines();

    for (const secret of Object.values(hookSecrets).filter((one) => one.length > 20))
      expect(logs.includes(secret)).toBe(false);
    expect(lines.filter((line) => line.function === 'intake' && line.level === 'error')).toEqual([]);
  });
});
