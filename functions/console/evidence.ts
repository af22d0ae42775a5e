import { endOf, type Lease } from '../../shared/lease/lease.ts';
import type { AuditRow } from '../../shared/reconcile/ledger-rows.ts';
import type { evidenceSchema } from './audit-answers.ts';
import { apiSource, type ConsoleDeps } from './console-app.ts';
import type { Described } from './later.ts';
import { exactInstant, viewLeases } from './lease-view.ts';

type Evidence = Omit<Described<typeof evidenceSchema>, 'rows'> & { readonly rows: readonly AuditRow[] };

/** Rows that tell of calls and looks without naming a lease: they are found by operation and rule. */
const sharedKinds = ['operation.answered', 'operation.repeated', 'rule.seen-gone'];
const decisions = ['lease.accepted', 'lease.adopted', 'lease.recovered', 'message.refused'];
const pageSize = 1_000;

/** Made of the audit trail alone, whose chain proves it; undefined for a lease that there is not. */
export async function gatherEvidence(deps: ConsoleDeps, id: string): Promise<Evidence | undefined> {
  const known = await deps.ledger.transaction('evidence', async (tx) => {
    const [lease] = await tx.leases([id]);
    if (!lease) return undefined;
    const [view] = await viewLeases(tx, [lease]);
    const keys = (await tx.linksOfLeases([id])).map(({ ruleKey }) => ruleKey);
    return { lease, keys, texts: view?.rules.map(({ text }) => text) ?? [], own: await tx.auditOf(id) };
  });
  if (!known) return undefined;
  const { lease, own, keys, texts } = known;
  const rows = [...own, ...(await sharedRows(deps, own, new Set(keys)))].sort((a, b) => a.n - b.n);
  const calls = callsOf(rows);
  const looks = { open: looksOf(rows, 'rule.seen-open', 'change.seen-made'), gone: looksOf(rows, 'rule.seen-gone') };
  const decided = rows.find(({ kind }) => decisions.includes(kind));
  return {
    leaseId: id,
    state: lease.state,
    request: requestOf(lease, decided, texts),
    decision: {
      at: exactInstant(decided?.atMs ?? lease.createdAtMs),
      kind: decided?.kind ?? 'unknown',
      by: decided?.actor ?? '',
      data: decided?.data ?? {},
    },
    calls,
    looks,
    latencies: latenciesOf(lease, calls),
    rows,
  };
}

/** Between the lease's first row and its last: what happened to its rules was written down in that time. */
async function sharedRows({ audit }: ConsoleDeps, own: readonly AuditRow[], keys: ReadonlySet<string>) {
  const operations = new Set(own.map(({ data }) => data.operationId));
  const lastN = own.at(-1)?.n ?? 0;
  const found: AuditRow[] = [];
  let afterN: number | undefined = own[0]?.n ?? 0;
  while (afterN !== undefined && afterN < lastN) {
    const { rows, nextN } = await audit.auditPage({ afterN, limit: pageSize, kinds: sharedKinds });
    for (const row of rows) {
      const isOurs = operations.has(row.data.operationId ?? '') || keys.has(String(row.data.rule));
      if (row.n <= lastN && row.leaseId === undefined && isOurs) found.push(row);
    }
    afterN = nextN;
  }
  return found;
}

function requestOf(lease: Lease, decided: AuditRow | undefined, rules: string[]): Evidence['request'] {
  const { requestId, source, requester, reason, ticket } = lease;
  const proof =
    source === apiSource
      ? `the API token named "${requester.id}"`
      : `verified as source "${source}" of sources.yaml before it was read; what is not proved opens nothing`;
  return {
    ...{ id: requestId, source, proof, requester: requester.id, reason, rules },
    digest: text(decided?.data.digest),
    at: exactInstant(lease.createdAtMs),
    ticket: ticket && `${ticket.system} ${ticket.key}`,
  };
}

function callsOf(rows: readonly AuditRow[]): Evidence['calls'] {
  const intended = rows.filter(({ kind }) => kind === 'operation.intended');
  return intended.map(({ data, atMs }) => {
    const of = (kind: string) => rows.filter((row) => row.kind === kind && row.data.operationId === data.operationId);
    return {
      operationId: String(data.operationId),
      kind: String(data.kind),
      intendedAt: exactInstant(atMs),
      repeatedAt: of('operation.repeated').map((row) => exactInstant(row.atMs)),
      clientToken: text(data.clientToken),
      requestSha256: text(data.requestSha256),
      answers: of('operation.answered').map((row) => ({
        at: exactInstant(row.atMs),
        kind: String(row.data.kind),
        code: text(row.data.code),
        requestId: text(row.data.requestId),
      })),
    };
  });
}

const looksOf = (rows: readonly AuditRow[], ...kinds: string[]) =>
  rows
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ atMs, data }) => ({ at: exactInstant(atMs), ruleId: text(data.ruleId), rule: text(data.rule) }));

function latenciesOf(lease: Lease, calls: Evidence['calls']): Evidence['latencies'] {
  const { openedAtMs, closedAtMs, startsAtMs, createdAtMs, state } = lease;
  const began = Math.max(startsAtMs, createdAtMs);
  return {
    openedMs: openedAtMs === undefined ? undefined : Math.max(0, openedAtMs - began),
    goneMs: state === 'ended' && closedAtMs !== undefined ? Math.max(0, closedAtMs - endOf(lease)) : undefined,
    callsMs: calls.flatMap(({ intendedAt, answers }) => {
      const last = answers.at(-1);
      return last ? [Date.parse(last.at) - Date.parse(intendedAt)] : [];
    }),
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
