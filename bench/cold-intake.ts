import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { withClient } from '../local/postgres/database.ts';
import { signedWebhook } from '../local/stack/signed-webhook.ts';
import { dingtalkEnvironment, dingtalkEvent, isSuccess } from './dingtalk.ts';
import { type Bench, type Measured, quantile } from './figure.ts';
import { asks } from './messages.ts';
import { startTlsLedger } from './tls-ledger.ts';
import { cleanEnvironment, root } from './whole-process.ts';

/**
 * From the start of a process to the answer of its first webhook: the bundle loaded, the sender proved, the ledger
 * reached over TLS, and what was asked for committed. Of DingTalk that is the event, whose form a later run fetches; of
 * a signed webhook it is the lease, decided by policy. A process of its own for each.
 */
export async function coldIntake(bench: Bench): Promise<Record<string, Measured>> {
  const times = bench.isQuick ? 3 : 100;
  bench.progress(`${times} cold starts of intake for DingTalk, and for signed webhooks, to the answer`);
  const url = await startTlsLedger(bench);
  const env = { ...cleanEnvironment(), CURFEW_LOCAL: '1', DATABASE_URL: url, FC_ENDPOINT: '' };
  const dingtalk = { env: { ...env, ...(await dingtalkEnvironment(bench)) }, event: dingtalkEvent, isRight: isTaken };
  const webhook = { env, event: webhookEvent, isRight: ({ status }: Answer) => status === 202 };
  const took: { dingtalk: number; webhook: number }[] = [];
  for (let time = 0; time <= times; time += 1) {
    const ms = { dingtalk: await answered(bench, dingtalk), webhook: await answered(bench, webhook) };
    // The first makes the tables.
    if (time > 0) took.push(ms);
  }
  for (const action of ['fetch', 'authorize']) await mustHave(url, action, times + 1);
  const figure = (kind: keyof (typeof took)[number]): Measured => {
    const all = took.map((one) => one[kind]);
    return { value: quantile(all, 0.99), details: { times, p50Ms: quantile(all, 0.5) } };
  };
  return { 'intake-p99': figure('dingtalk'), 'intake-webhook-p99': figure('webhook') };
}

type Answer = { readonly status: number; readonly body: string };
type Sent = { readonly path: string; readonly body: string; readonly headers?: object; readonly query?: object };
type Trial = {
  readonly env: Record<string, string>;
  readonly event: () => Sent;
  readonly isRight: (answer: Answer) => boolean;
};

const isTaken = ({ status, body }: Answer): boolean => status === 200 && isSuccess(body);

function webhookEvent(): Sent {
  const startsAt = new Date(Date.now() + 86_400_000).toISOString();
  const [message] = asks(['sg-demo-web'], 1, 'PT1H', { startsAt, id: randomUUID() });
  return { path: '/hooks/tickets', ...signedWebhook(message) };
}

async function answered({ dist }: Bench, { env, event, isRight }: Trial): Promise<number> {
  const { path, body, headers = {}, query = {} } = event();
  const http = {
    version: 'v1',
    rawPath: path,
    headers,
    queryParameters: query,
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path } },
  };
  const credentials = { accessKeyId: 'local', accessKeySecret: 'local-secret', securityToken: '' };
  const given = [Buffer.from(JSON.stringify(http)).toString('base64'), { requestId: 'bench', credentials }];
  const code = `const [event, context] = ${JSON.stringify(given)};
    require(${JSON.stringify(join(dist, 'intake', 'index.js'))}).handler(Buffer.from(event, 'base64'), context)
      .then((answer) => { process.stderr.write(JSON.stringify(answer)); process.exit(0); })`;
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', code], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [told] = (await once(child.stderr as NonNullable<ChildProcess['stderr']>, 'data')) as [Buffer];
  const tookMs = performance.now() - began;
  await once(child, 'exit');
  const { statusCode, body: text, isBase64Encoded } = JSON.parse(String(told));
  const answer = { status: statusCode, body: Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8').toString() };
  if (!isRight(answer)) throw new Error(`a cold intake answered ${answer.status}: ${answer.body}`);
  return tookMs;
}

/** What was answered must be committed. */
async function mustHave(url: string, action: string, count: number): Promise<void> {
  const text = "select count(*)::int as kept from curfew.inbox where doc->>'action' = $1";
  const { rows } = await withClient(url, (client) => client.query<{ kept: number }>(text, [action]));
  if (rows[0]?.kept !== count) throw new Error(`${rows[0]?.kept} of ${count} messages are committed (${action})`);
}
