import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { signedWebhook } from '../local/stack/signed-webhook.ts';
import { type Bench, type Measured, quantile } from './figure.ts';
import { asks } from './messages.ts';
import { startTlsLedger } from './tls-ledger.ts';
import { cleanEnvironment, root } from './whole-process.ts';

/**
 * From the start of a process to the answer of its first webhook: the bundle loaded, the signature checked, the ledger
 * reached over TLS, the request decided by policy and committed. A process of its own for each.
 */
export async function coldIntake(bench: Bench): Promise<Record<string, Measured>> {
  const times = bench.isQuick ? 3 : 100;
  bench.progress(`${times} cold starts of intake, to the answer`);
  const env = { ...cleanEnvironment(), CURFEW_LOCAL: '1', DATABASE_URL: await startTlsLedger(bench), FC_ENDPOINT: '' };
  const took: number[] = [];
  for (let time = 0; time <= times; time += 1) {
    const ms = await answered(join(bench.dist, 'intake', 'index.js'), env);
    // The first makes the tables.
    if (time > 0) took.push(ms);
  }
  return { 'intake-p99': { value: quantile(took, 0.99), details: { times, p50Ms: quantile(took, 0.5) } } };
}

async function answered(bundle: string, env: Record<string, string>): Promise<number> {
  const startsAt = new Date(Date.now() + 86_400_000).toISOString();
  const [message] = asks(['sg-demo-web'], 1, 'PT1H', { startsAt, id: randomUUID() });
  const { headers, body } = signedWebhook(message);
  const event = {
    version: 'v1',
    rawPath: '/hooks/tickets',
    headers,
    body,
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST', path: '/hooks/tickets' } },
  };
  const code = `require(${JSON.stringify(bundle)}).handler(Buffer.from(${JSON.stringify(JSON.stringify(event))}), { requestId: 'bench' })
    .then(({ statusCode }) => { process.stderr.write(String(statusCode)); process.exit(0); })`;
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', code], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [status] = (await once(child.stderr as NonNullable<ChildProcess['stderr']>, 'data')) as [Buffer];
  const tookMs = performance.now() - began;
  await once(child, 'exit');
  if (String(status) !== '202') throw new Error(`a cold intake answered ${status}`);
  return tookMs;
}
