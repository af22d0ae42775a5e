import { withClient } from '../local/postgres/database.ts';
import { createPostgresLedger } from '../shared/ledger/postgres-ledger.ts';
import type { RuleApi } from '../shared/reconcile/cloud-port.ts';
import { type ReceiveDeps, receive } from '../shared/reconcile/receive.ts';
import { type WorkDeps, workGroup } from '../shared/reconcile/work.ts';
import type { ListedRule, Rule } from '../shared/rule/rule.ts';
import { systemClock } from '../shared/runtime/clock.ts';
import { createIds } from '../shared/runtime/ids.ts';
import { type Bench, type Measured, median } from './figure.ts';
import { asks, endings } from './messages.ts';
import { startLedger } from './place.ts';

const due = 100;

/** How long a hand takes to claim and settle a hundred due leases, among few active ones and among very many. */
export async function dueLeases(bench: Bench): Promise<Record<string, Measured>> {
  const [few, many, rounds] = bench.isQuick ? [100, 2_000, 2] : [1_000, 1_000_000, 15];
  const url = await startLedger(bench);
  const [small, large] = [await ledgerWith(bench, url, 'few', few), await ledgerWith(bench, url, 'many', many)];
  bench.progress(`claim and settle of ${due} due leases: ${rounds} rounds`);
  const samples: [number, number][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair: [number, number] = [await small(round), await large(round)];
    if (round > 0) samples.push(pair);
  }
  const ratio = median(samples.map(([a, b]) => b / a));
  const details = {
    few,
    many,
    rounds,
    fewMs: median(samples.map(([a]) => a)),
    manyMs: median(samples.map(([, b]) => b)),
  };
  return { 'claim-million': { value: ratio, details } };
}

/** A ledger with so many active leases; what it gives opens a hundred more, ends them, and times their removal. */
async function ledgerWith(bench: Bench, serverUrl: string, name: string, active: number) {
  const databaseUrl = await newDatabase(serverUrl, name);
  const ledger = createPostgresLedger({ databaseUrl, poolMax: 4, sleep: systemClock.sleep, random: Math.random });
  bench.onEnd(() => ledger.close());
  const deps = depsOn(ledger);
  await take(deps, 'grant', asks([`sg-${name}-first`], 1, 'P7D', { id: 'template' }));
  bench.progress(`filling a ledger with ${active} active leases`);
  await multiply(databaseUrl, active - 1);
  return async (round: number): Promise<number> => {
    const named = (message: Readonly<Record<string, unknown>>) => ({ ...message, ...renamed(message, round) });
    await take(deps, 'grant', asks([`sg-${name}-${round}`], due, 'P7D').map(named));
    await take(deps, undefined, endings(due).map(named));
    const began = performance.now();
    const worked = await workGroup(deps, 'revoke');
    const tookMs = performance.now() - began;
    if (worked?.rules !== due) throw new Error(`${worked?.rules} rules were due instead of ${due}`);
    return tookMs;
  };
}

const renamed = ({ id, requestId }: Readonly<Record<string, unknown>>, round: number) => ({
  id: `${id}-${round}`,
  ...(requestId === undefined ? {} : { requestId: `${requestId}-${round}` }),
});

async function take(deps: ReceiveDeps, hand: 'grant' | undefined, messages: readonly unknown[]): Promise<void> {
  const elements = messages.map((value) => ({ source: 'bench', reach: 'own' as const, value }));
  const { refused, results } = await receive(deps, hand, elements);
  if (refused > 0)
    throw new Error(`${refused} messages were refused: ${JSON.stringify(results.find(({ error }) => error))}`);
}

async function newDatabase(serverUrl: string, name: string): Promise<string> {
  await withClient(serverUrl, (client) => client.query(`create database ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Copies the one lease with its rule and link, each with an id and a group's share of its own, all far from their end. */
async function multiply(databaseUrl: string, copies: number): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query('set synchronous_commit = off');
    // A replica's role asks no foreign key: the copies are consistent by the way they are made.
    await client.query('set session_replication_role = replica');
    const indexes = await withoutIndexes(client);
    await client.query(`insert into curfew.rule select (json_populate_record(r, json_build_object(
        'key', 'copy-' || n, 'group_key', 'ecs default cn-hangzhou sg-copy-' || n % 5000,
        'due_grant', now() + interval '1 day', 'due_revoke', now() + interval '5 days' + n * interval '1 ms'))).*
      from curfew.rule as r, generate_series(1, ${copies}) as n`);
    await client.query(`insert into curfew.lease select (json_populate_record(l, json_build_object(
        'id', 'copy-' || n, 'request_id', 'copy-' || n, 'ends_at', now() + interval '5 days'))).*
      from curfew.lease as l, generate_series(1, ${copies}) as n`);
    await client.query(`insert into curfew.lease_rule select (json_populate_record(l, json_build_object(
        'lease_id', 'copy-' || n, 'rule_key', 'copy-' || n))).*
      from curfew.lease_rule as l, generate_series(1, ${copies}) as n`);
    for (const { made } of indexes) await client.query(made);
    await client.query('vacuum analyze');
  });
}

type Index = { readonly name: string; readonly made: string };

/** Takes away the indexes that no constraint needs, to be made again over all rows at once: much quicker than by row. */
async function withoutIndexes(client: Parameters<Parameters<typeof withClient>[1]>[0]): Promise<readonly Index[]> {
  const { rows } = await client.query<Index>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made
     from pg_index as i left join pg_constraint as c on c.conindid = i.indexrelid
     where c.oid is null and i.indrelid in ('curfew.rule'::regclass, 'curfew.lease'::regclass, 'curfew.lease_rule'::regclass)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows;
}

/** A cloud in memory that does at once what it is asked: the ledger is what is measured. */
function cloudInMemory(): RuleApi {
  const groups = new Map<string, Map<string, ListedRule>>();
  let last = 0;
  const rulesOf = (id: string) => groups.get(id) ?? groups.set(id, new Map()).get(id) ?? new Map();
  return {
    abilities: {
      hasClientTokens: true,
      hasRuleIds: true,
      hasDescriptions: true,
      canModify: true,
      batchMax: 100,
      batchBytesMax: 120_000,
      readLagMs: 0,
    },
    describe: async ({ securityGroupId }) => ({
      kind: 'listed',
      rules: [...rulesOf(securityGroupId).values()],
      requestIds: ['listed'],
    }),
    prepare: (_target, change) => JSON.stringify(change),
    bytesOf: () => 300,
    actionOf: (kind) => kind,
    send: async ({ securityGroupId }, kind, _direction, request) => {
      const { rules = [], ruleIds = [] } = JSON.parse(request) as { rules?: Rule[]; ruleIds?: string[] };
      const group = rulesOf(securityGroupId);
      for (const id of kind === 'revoke' ? ruleIds : []) group.delete(id);
      for (const rule of kind === 'authorize' ? rules : []) {
        const ruleId = `sgr-${++last}`;
        group.set(ruleId, { ruleId, rule, description: rule.description ?? '', createdAtMs: systemClock.nowMs() });
      }
      return { kind: 'done', requestId: 'done' };
    },
  };
}

function depsOn(ledger: WorkDeps['ledger']): ReceiveDeps {
  const api = cloudInMemory();
  return {
    ledger,
    apiFor: () => api,
    nudger: { nudge: async (wakes) => wakes.length },
    stopwatch: systemClock,
    ids: createIds(),
    log: { event: () => undefined },
    stampKeys: ['a key for the bench alone'],
    schedule: { lookAgainMs: 86_400_000, watchMs: 60_000 },
    guard: () => undefined,
    together: {
      ...{ pauseMs: 0, reachMs: 0, isHarmless: () => true, check: () => undefined },
      grow: (_, { startsAtMs, expiresAtMs }) => ({ fromMs: startsAtMs, untilMs: expiresAtMs, addresses: {} }),
    },
    personOf: (_, id) => id,
    approvalTimeoutMs: 0,
    changeGuard: () => undefined,
    policy: async () => () => ({ policies: [], version: '', approvals: 0, approvers: [] }),
    serves: () => undefined,
  };
}
