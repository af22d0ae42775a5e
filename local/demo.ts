/** `npm run demo`: a ten-second lease from a signed webhook to gone, on a stack of its own, in under a minute. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEcsRuleApi } from '../shared/cloud/ecs/ecs-rule-api.ts';
import { readStamp } from '../shared/rule/stamp.ts';
import type { Target } from '../shared/rule/target.ts';
import { freeBasePort } from './stack/free-ports.ts';
import { sendWebhook } from './stack/signed-webhook.ts';
import { regionId, type Stack, startStack } from './stack/start-stack.ts';

const target: Target = { cloud: 'ecs', account: 'default', regionId, securityGroupId: 'sg-demo-web' };
const leaseSeconds = 10;
/** What the contract grants a rule after its end. */
const graceMs = 2_000;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const dataDir = await mkdtemp(join(tmpdir(), 'curfew-demo-'));
let stack: Stack | undefined;
try {
  stack = await startStack({
    port: await freeBasePort(),
    dataDir,
    isFresh: true,
    progress: (text) => say(`… ${text}`),
  });
  await tour(stack);
  say('\nThat was Curfew. Now on your own: npm start');
} catch (error) {
  say(`\nThe demo met a surprise: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await stack?.stop();
  await rm(dataDir, { recursive: true, force: true });
}
process.exit();

async function tour({ file }: Stack): Promise<void> {
  const ecs = createEcsRuleApi({
    regionId,
    endpoint: file.clouds.ecs ?? '',
    credentials: () => ({ accessKeyId: 'local', accessKeySecret: 'local-secret' }),
  });
  const ours = async () => {
    const listing = await ecs.describe(target);
    if (listing.kind !== 'listed') throw new Error(`the group cannot be listed: ${listing.code}`);
    return listing.rules.find((rule) => readStamp(rule.description) !== undefined);
  };

  say(
    `\n1. A ticketing system asks for port 22 of ${target.securityGroupId} for ${leaseSeconds} seconds, by a signed webhook`,
  );
  const answer = await sendWebhook(file.hooks, {
    version: 1,
    action: 'authorize',
    id: 'DEMO-1/1',
    target,
    rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
    duration: `PT${leaseSeconds}S`,
    requester: { id: 'lin@example.com' },
    reason: 'show how it works',
    ticket: { system: 'demo', key: 'DEMO-1' },
  });
  say(`   ${answer.status} ${JSON.stringify(answer.body)}`);
  if (answer.status !== 202) throw new Error('the webhook was not taken');
  const { leaseId } = (answer.body as { results: { leaseId: string }[] }).results[0] ?? { leaseId: '' };

  say('2. The rule is there');
  const opened = await until('the rule to appear', 15_000, ours);
  say(`   ${opened.ruleId}  ${opened.description}`);

  say('3. And goes home on time');
  const lease = await show(file, leaseId);
  const endsAtMs = Date.parse(lease.expiresAt);
  await until('the rule to go', endsAtMs - Date.now() + 10_000, async () =>
    (await ours()) === undefined ? true : undefined,
  );
  const lateMs = Date.now() - endsAtMs;
  say(`   gone ${(lateMs / 1000).toFixed(2)} s after its end`);
  if (lateMs > graceMs) throw new Error(`the rule went ${lateMs} ms after its end; ${graceMs} ms are allowed`);

  say('4. What the ledger remembers');
  const ended = await until('the lease to end', 20_000, async () => {
    const now = await show(file, leaseId);
    return now.state === 'ended' ? now : undefined;
  });
  for (const { at, kind, data } of ended.story) say(`   ${at}  ${kind.padEnd(22)} ${brief(data)}`);
}

type Shown = {
  readonly state: string;
  readonly expiresAt: string;
  readonly story: readonly { at: string; kind: string; data: Record<string, unknown> }[];
};

async function show(file: Stack['file'], leaseId: string): Promise<Shown> {
  const response = await fetch(`${file.url}/api/leases/${leaseId}`, {
    headers: { authorization: `Bearer ${file.token}` },
  });
  if (!response.ok) throw new Error(`GET /api/leases/${leaseId} answered ${response.status}`);
  const { lease, story } = (await response.json()) as { lease: Omit<Shown, 'story'>; story: Shown['story'] };
  return { ...lease, story };
}

function brief(data: Record<string, unknown>): string {
  const text = JSON.stringify(data);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

async function until<T>(what: string, withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(100);
  }
}
