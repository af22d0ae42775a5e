import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { type Postgres, startPostgres } from '../../../../local/postgres/start-postgres.ts';
import type { AuditRow } from '../../../../shared/reconcile/ledger-rows.ts';
import { ruleRow, web, within } from '../../../contract/ledger-samples.ts';
import { testLedger } from '../../../support/postgres.ts';

const workers = 6;
const rules = 12;
const key = 'the key of the chain';

/** A server of its own, which keeps what it has committed: the run's shared one does not, and must not be killed. */
async function ownServer() {
  const dataDir = await mkdtemp(join(tmpdir(), 'curfew-races-'));
  let server: Postgres = await startPostgres({ dataDir, port: 0 });
  const { url } = server;
  onTestFinished(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  /** As a crash of the machine would end it, and a failover bring it back. */
  const crashAndRestart = async () => {
    process.kill(server.pid, 'SIGKILL');
    await sleep(300);
    server = await startPostgres({ dataDir, port: Number(new URL(url).port) });
  };
  return { url, crashAndRestart };
}

type Told = { readonly claimId?: string; readonly messageId?: string; readonly failed?: string };

/** Workers in processes of their own, killed at any moment and replaced. */
function crew(url: string) {
  const told: Told[] = [];
  const runner = fileURLToPath(new URL('../../../../bin/run.js', import.meta.url));
  const script = fileURLToPath(new URL('worker.ts', import.meta.url));
  const hire = (): ChildProcess => {
    const child = spawn(process.execPath, [runner, script, url, key], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      // The last line of one that was killed may be half a line: it had not told us then.
      if (line.endsWith('}')) told.push(JSON.parse(line) as Told);
    });
    return child;
  };
  const children = Array.from({ length: workers }, hire);
  const fire = async (child: ChildProcess | undefined) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  const replace = async (index: number) => {
    await fire(children[index]);
    children[index] = hire();
  };
  const end = async () => {
    await Promise.all(children.map(fire));
  };
  onTestFinished(end);
  return { told, replace, end, count: () => told.filter(({ claimId }) => claimId).length };
}

/** Every key of a claim was free then: given back, or its time was up by the ledger's own clock. */
function doubleClaims(rows: readonly AuditRow[]): string[] {
  const until = new Map<string, number>();
  return rows.flatMap(({ kind, data }) => {
    const {
      keys,
      nowMs,
      untilMs = 0,
      claimId,
    } = data as { keys: string[]; nowMs: number; untilMs?: number; claimId: string };
    if (kind === 'given-back') for (const one of keys) until.delete(one);
    if (kind !== 'claimed') return [];
    const taken = keys.filter((one) => (until.get(one) ?? 0) > nowMs);
    for (const one of keys) until.set(one, untilMs);
    return taken.map((one) => `${claimId} took ${one}`);
  });
}

it('workers that are killed, on a server that crashes, claim nothing twice, fork no chain and lose no commit', async () => {
  const { url, crashAndRestart } = await ownServer();
  const ledger = testLedger(url, { auditKeys: [key] });
  onTestFinished(() => ledger.close());
  await within(ledger, (tx) =>
    tx.insertRules(Array.from({ length: rules }, (_, n) => ruleRow(web, n + 1, { dueMs: { revoke: tx.nowMs } }))),
  );
  const { told, replace, end, count } = crew(url);
  const until = async (claims: number) => {
    for (let waited = 0; count() < claims && waited < 12_000; waited += 50) await sleep(50);
  };

  await until(150);
  const before = count();
  for (let turn = 0; turn < workers; turn += 1) {
    await replace(turn);
    await sleep(100);
  }
  await crashAndRestart();
  await until(before + 150);
  const after = count();
  await end();

  const found = { keys: 0, rows: [] as AuditRow[] };
  for (let afterN: number | undefined = 0; afterN !== undefined; ) {
    const page = await ledger.auditPage({ afterN, limit: 1_000 });
    found.rows.push(...page.rows);
    afterN = page.nextN;
  }
  const claimed = new Set(found.rows.map(({ data }) => data.claimId));
  const messages = told.flatMap(({ messageId }) => messageId ?? []);
  const missing = await within(ledger, async (tx) => {
    const absent: string[] = [];
    for (const id of messages) if ((await tx.findMessages([{ source: 'tickets', id }])).length === 0) absent.push(id);
    return absent;
  });
  expect({ before, after }).toMatchObject({
    before: expect.toSatisfy((n) => n >= 150),
    after: expect.toSatisfy((n) => n >= before + 100),
  });
  expect(told.some(({ failed }) => failed !== undefined)).toBe(true);
  expect(doubleClaims(found.rows)).toEqual([]);
  expect(told.filter(({ claimId }) => claimId && !claimed.has(claimId))).toEqual([]);
  expect(missing).toEqual([]);
  expect(await ledger.verifyAudit()).toMatchObject({ ok: true, rows: found.rows.length });
}, 60_000);
