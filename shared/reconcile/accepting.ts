import type { Lease } from '../lease/lease.ts';
import type { Message } from '../lease/message.ts';
import type { ReadMessage } from '../lease/read-message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import type { Alarm, Draft } from './draft.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import type { AuditEntry, InboxRow } from './ledger-rows.ts';
import type { Wake } from './nudge-port.ts';
import type { PersonOf } from './people-port.ts';
import { plan } from './plan.ts';
import type { Decide, LoadPolicy } from './policy-port.ts';
import type { Reach } from './reach.ts';
import type { Ids } from './runtime-ports.ts';
import { type Schedule, wakesOf } from './schedule.ts';
import { settleLeases } from './settle-leases.ts';
import type { Together } from './together.ts';
import { horizonMs } from './work.ts';

/** What a guard or a policy is asked: the canonical rules that will be sent, and the window. */
type Request = {
  readonly target: Target;
  readonly rules: readonly Rule[];
  readonly startsAtMs: number;
  readonly expiresAtMs: number;
  readonly nowMs: number;
  /** Where the end stands in the message, for the refusal's path. */
  readonly endPath: string;
  readonly isBreakGlass?: boolean;
};

export type AcceptDeps = {
  readonly ledger: Ledger;
  readonly ids: Ids;
  readonly schedule: Schedule;
  /** Limits that nothing lifts: asked for every request and every extension. */
  readonly guard: (request: Request) => Refusal | undefined;
  /** Limits on what the leases of one group have open together. */
  readonly together: Together;
  /** Absent: no limit, and nothing is counted. */
  readonly reach?: Reach | undefined;
  readonly personOf: PersonOf;
  /** So long a request waits for approval. */
  readonly approvalTimeoutMs: number;
  /** Who may have what (policy.cedar): asked for every request, and again when more is asked for. */
  readonly policy: LoadPolicy;
  /** Whether this deployment serves such an action on such a target. */
  readonly serves: (action: Message['action'], target: Target | undefined) => Refusal | undefined;
};

/** A verified message: its source, whether that reaches every lease or only its own, and who speaks. */
export type Incoming = {
  readonly source: string;
  readonly reach: 'own' | 'all';
  readonly read: ReadMessage;
  /** Groups that the proof of who speaks names, such as the claims of a log-in. */
  readonly groups?: readonly string[] | undefined;
  /** Asked under lock, before anything is changed: why what the speaker saw of the lease is no longer so. */
  readonly staleness?: Staleness | undefined;
};
export type Staleness = (tx: LedgerTx) => Promise<Refusal | undefined>;

export type Accepted = {
  readonly leaseId: string | null;
  readonly state: string | null;
  readonly isBorrowed: boolean;
  readonly error?: Refusal | undefined;
  readonly isRepeated: boolean;
  readonly wakes: readonly Wake[];
  /** What a person must know now. */
  readonly alarms?: readonly Alarm[] | undefined;
  /** The ledger's time of this acceptance. */
  readonly nowMs: number;
};

/** What became of each message of a run that is taken. */
export type Outcomes = ReadonlyMap<Incoming, Accepted>;

/** What was decided before, about those of the messages that came before. */
export async function repeatedOf(tx: LedgerTx, messages: readonly Incoming[]): Promise<Outcomes> {
  const rows = await tx.findMessages(messages.map(nameOf));
  const shown = await show(
    tx,
    rows.flatMap(({ leaseId }) => leaseId ?? []),
  );
  const found = messages.flatMap((one): [Incoming, Accepted][] => {
    const { source, id } = nameOf(one);
    const row = rows.find((earlier) => earlier.source === source && earlier.id === id);
    return row ? [[one, repeated(tx, row, one, shown)]] : [];
  });
  return new Map(found);
}

/** What the inbox keeps of a message, with what became of it. */
export const inboxRow = (
  { source, read }: Incoming,
  became: Pick<InboxRow, 'leaseId' | 'error' | 'parkedFor' | 'message'>,
  receivedAtMs: number,
): InboxRow => ({
  source,
  id: read.message.id,
  digest: read.digest,
  action: read.message.action,
  receivedAtMs,
  ...became,
});

const nameOf = ({ source, read }: Incoming) => ({ source, id: read.message.id });

function repeated(tx: LedgerTx, earlier: InboxRow, { read }: Incoming, shown: ReadonlyMap<string, Shown>): Accepted {
  if (earlier.digest !== read.digest) return { ...withoutLease(tx), error: reused };
  const known = shown.get(earlier.leaseId ?? '');
  return { ...withoutLease(tx), isRepeated: true, ...known, ...(earlier.error ? { error: earlier.error } : {}) };
}

const reused = refusal(
  'REQUEST_ID_REUSED',
  'this id was used for a message with other content; give every message its own',
  '/id',
);

/** What is answered where no lease came of a message, or none yet. */
export const withoutLease = (tx: LedgerTx): Accepted => ({
  ...{ leaseId: null, state: null, isBorrowed: false, isRepeated: false },
  ...{ wakes: [], nowMs: tx.nowMs },
});

/**
 * Refused before it meant anything, or not even read: only the audit remembers, and the same id may come again,
 * corrected.
 */
export const refusedEntry = (source: string, id: string | null, error: Refusal): AuditEntry => ({
  kind: 'message.refused',
  actor: source,
  data: { id, ...error },
});

/** Another delivery of the same messages was quicker: its answers are ours. */
export async function lostRace(tx: LedgerTx, messages: readonly Incoming[]): Promise<Outcomes> {
  const repeated = await repeatedOf(tx, messages);
  if (repeated.size < messages.length) throw new Error('a message is taken and cannot be read');
  return repeated;
}

/** Settles, plans and saves what messages changed; each lease is told with what there is to do for its own rules. */
export async function finish(
  tx: LedgerTx,
  deps: AcceptDeps,
  draft: Draft,
  leaseIds: readonly string[],
): Promise<readonly Accepted[]> {
  settleLeases(draft, tx.nowMs);
  plan(draft, tx.nowMs, deps.schedule);
  await draft.save(tx);
  const whole = new Map(draft.wholeLeases.map((lease) => [lease.id, lease]));
  const others = await show(
    tx,
    leaseIds.filter((id) => !whole.has(id)),
  );
  return leaseIds.map((leaseId) => {
    const links = draft.linksOf(leaseId);
    const isBorrowed = links.some((link) => link.isBorrowed);
    const shown = others.get(leaseId) ?? shownBy(leaseId, whole.get(leaseId), isBorrowed);
    const rows = links.map(({ ruleKey }) => draft.row(ruleKey));
    const wakes = wakesOf(rows, tx.nowMs, horizonMs);
    const alarms = draft.alarms.filter((alarm) => alarm.leaseIds.includes(leaseId));
    return { ...shown, isRepeated: false, wakes, alarms, nowMs: tx.nowMs };
  });
}

type Shown = Pick<Accepted, 'state' | 'isBorrowed' | 'error'> & { readonly leaseId: string };

/** Leases as results show them. */
export async function show(tx: LedgerTx, leaseIds: readonly string[]): Promise<ReadonlyMap<string, Shown>> {
  const leases = new Map((await tx.peekLeases(leaseIds)).map((lease) => [lease.id, lease]));
  const borrowed = (await tx.linksOfLeases(leaseIds)).filter(({ isBorrowed }) => isBorrowed);
  const isBorrowed = new Set(borrowed.map(({ leaseId }) => leaseId));
  return new Map(leaseIds.map((id) => [id, shownBy(id, leases.get(id), isBorrowed.has(id))]));
}

function shownBy(leaseId: string, lease: Lease | undefined, isBorrowed: boolean): Shown {
  const error = lease?.error === undefined ? {} : { error: lease.error };
  return { leaseId, state: lease?.state ?? null, isBorrowed, ...error };
}

export function loaded(decide: Decide | undefined): Decide {
  if (!decide) throw new Error('the policies were not loaded before the transaction');
  return decide;
}
