import type { Message } from '../lease/message.ts';
import type { ReadMessage } from '../lease/read-message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import type { Alarm, Draft } from './draft.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import type { InboxRow } from './ledger-rows.ts';
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

/** What was decided about this message before. */
export async function repeated(tx: LedgerTx, earlier: InboxRow, incoming: Incoming): Promise<Accepted> {
  if (earlier.digest !== incoming.read.digest) {
    const error = refusal(
      'REQUEST_ID_REUSED',
      'this id was used for a message with other content; give every message its own',
      '/id',
    );
    return { ...withoutLease(tx), error };
  }
  const shown = earlier.leaseId === undefined ? undefined : await show(tx, earlier.leaseId);
  return { ...withoutLease(tx), isRepeated: true, ...shown, ...(earlier.error ? { error: earlier.error } : {}) };
}

/** What is answered where no lease came of a message, or none yet. */
export const withoutLease = (tx: LedgerTx): Accepted => ({
  ...{ leaseId: null, state: null, isBorrowed: false, isRepeated: false },
  ...{ wakes: [], nowMs: tx.nowMs },
});

/** Refused before it meant anything: only the audit remembers, and the same id may come again, corrected. */
export const refuse = (tx: LedgerTx, { source, read }: Incoming, error: Refusal): Promise<Accepted> =>
  refuseUnread(tx, source, read.message.id, error);

/** The same for what could not even be read as a message. */
export async function refuseUnread(tx: LedgerTx, source: string, id: string | null, error: Refusal): Promise<Accepted> {
  await tx.appendAudit([refusedEntry(source, id, error)]);
  return { ...withoutLease(tx), error };
}

export const refusedEntry = (source: string, id: string | null, error: Refusal) => ({
  kind: 'message.refused',
  actor: source,
  data: { id, ...error },
});

/** Another delivery of the same message was quicker: its answer is ours. */
export async function lostRace(tx: LedgerTx, incoming: Incoming): Promise<Accepted> {
  const earlier = await tx.findMessage(incoming.source, incoming.read.message.id);
  if (!earlier) throw new Error(`message ${incoming.read.message.id} is taken and cannot be read`);
  return repeated(tx, earlier, incoming);
}

/** Settles, plans and saves what a message changed. */
export async function finish(tx: LedgerTx, deps: AcceptDeps, draft: Draft, leaseId: string): Promise<Accepted> {
  settleLeases(draft, tx.nowMs);
  plan(draft, tx.nowMs, deps.schedule);
  await draft.save(tx);
  const shown = await show(tx, leaseId);
  const wakes = wakesOf(draft.rows, tx.nowMs, horizonMs);
  return { ...shown, isRepeated: false, wakes, alarms: draft.alarms, nowMs: tx.nowMs };
}

/** A lease as results show it. */
export async function show(
  tx: LedgerTx,
  leaseId: string,
): Promise<{ leaseId: string; state: string | null; isBorrowed: boolean; error?: Refusal }> {
  const [lease] = await tx.leases([leaseId]);
  const links = await tx.linksOfLeases([leaseId]);
  const error = lease?.error === undefined ? {} : { error: lease.error };
  return {
    leaseId,
    state: lease?.state ?? null,
    isBorrowed: links.some((link) => link.isBorrowed),
    ...error,
  };
}

export function loaded(decide: Decide | undefined): Decide {
  if (!decide) throw new Error('the policies were not loaded before the transaction');
  return decide;
}
