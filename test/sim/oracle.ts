import { noEndMs } from '../../shared/lease/lease.ts';
import type { InboxRow } from '../../shared/reconcile/ledger-rows.ts';
import type { ChangeSpec } from './change-workload.ts';
import type { Spec } from './workload.ts';

/** A lease as the simulation understands it, from messages alone. */
export type Expected = {
  readonly leaseId: string;
  readonly requestId: string;
  readonly keys: readonly string[];
  readonly change?: ChangeSpec | undefined;
  readonly startMs: number;
  readonly acceptedMs: number;
  endMs: number;
  cutMs?: number;
  /** The latest end that it ever had: a stamp in the cloud may still say so. */
  longestMs: number;
};
type Parked = { readonly spec: Spec; readonly row: InboxRow };
export type OracleBackup = { readonly leases: readonly Expected[]; readonly parked: readonly Parked[] };

/**
 * What should be open, worked out apart from the production code: windows by the order in which messages were
 * committed, and the union of them for each tuple.
 */
export class Oracle {
  readonly leases = new Map<string, Expected>();
  readonly #specs: ReadonlyMap<string, Spec>;
  readonly #parked: Parked[] = [];
  /** Leases as they were when the ledger was lost: nobody may promise them any more, and their rules may still be there. */
  readonly #ghosts: Expected[] = [];
  /** Refused at their request: what waited for them comes too late. */
  readonly #rejected = new Set<string>();
  /** Nothing that starts later may begin, whatever was allowed before. */
  policyEndsMs = Number.POSITIVE_INFINITY;

  constructor(specs: readonly Spec[]) {
    this.#specs = new Map(specs.map((spec) => [spec.digest, spec]));
  }

  backup(): OracleBackup {
    return { leases: [...this.leases.values()].map((lease) => ({ ...lease })), parked: [...this.#parked] };
  }

  /** The ledger is as it was at its backup. */
  restore({ leases, parked }: OracleBackup): void {
    for (const { cutMs: _, ...lease } of this.leases.values()) this.#ghosts.push({ ...lease, endMs: lease.longestMs });
    this.leases.clear();
    for (const lease of leases) this.leases.set(lease.leaseId, { ...lease });
    this.#parked.splice(0, this.#parked.length, ...parked);
  }

  /** Some lease that the ledger knows is about this tuple, whatever became of it. */
  hasLease(key: string): boolean {
    return [...this.leases.values()].some(({ keys }) => keys.includes(key));
  }

  /** It was asked for once, and the ledger has lost it. */
  isLost(leaseId: string): boolean {
    return this.#ghosts.some((ghost) => ghost.leaseId === leaseId);
  }

  /** A message was committed for the first time. Answers what should have been said, if that was wrong. */
  accepted(row: InboxRow, nowMs: number, isFinal: (leaseId: string) => boolean): string | undefined {
    const spec = this.#specs.get(row.digest);
    if (!spec) return `a message was accepted that nobody sent: ${row.id}`;
    if (spec.action === 'authorize' || spec.change) return this.#request(spec, row, nowMs);
    const lease = [...this.leases.values()].find((one) => one.requestId === spec.requestId);
    if (!lease) {
      this.#parked.push({ spec, row });
      return row.parkedFor === spec.requestId ? undefined : `${row.id} came before its request and was not parked`;
    }
    return this.#later(lease, spec, row, nowMs, isFinal(lease.leaseId));
  }

  #request(spec: Spec, row: InboxRow, nowMs: number): string | undefined {
    const leaseId = row.leaseId ?? '';
    if ([...this.leases.values()].some((one) => one.requestId === spec.id)) return `${spec.id} was accepted twice`;
    const startMs = spec.startsAtMs ?? Math.floor(nowMs / 1000) * 1000;
    const endMs = spec.expiresAtMs ?? (spec.durationMs === undefined ? noEndMs : startMs + spec.durationMs);
    const { id: requestId, keys, change } = spec;
    // No two live leases change a rule: the second is refused, and whether it was the second is for the checkers.
    const isSecond = change !== undefined && row.error?.code === 'CONFLICTS_WITH_LEASE';
    if (isSecond && !this.#hasOther(change, nowMs)) return `${requestId} was refused though nothing else is under way`;
    this.leases.set(leaseId, { leaseId, requestId, keys, change, startMs, endMs, longestMs: endMs, acceptedMs: nowMs });
    if (isSecond) {
      this.#rejected.add(leaseId);
      return undefined;
    }
    return row.error === undefined ? undefined : `${spec.id} was refused: ${row.error.code}`;
  }

  /** Something else that was asked for the same rule, and that may not have come to rest for good reasons. */
  #hasOther({ owned }: ChangeSpec, nowMs: number): boolean {
    return [...this.leases.values()].some(
      (lease) => (lease.change?.owned === owned || lease.keys.includes(owned.image.key)) && lease.acceptedMs <= nowMs,
    );
  }

  /** A parked message takes effect when its request is committed, as its row is written again. */
  unparked(row: InboxRow, nowMs: number): string | undefined {
    const index = this.#parked.findIndex((one) => one.row.id === row.id);
    const [waiting] = index < 0 ? [] : this.#parked.splice(index, 1);
    const lease = this.leases.get(row.leaseId ?? '');
    if (!waiting || !lease) return `${row.id} was unparked without need`;
    return this.#later(lease, waiting.spec, row, nowMs, this.#rejected.has(lease.leaseId));
  }

  /** A message that still waits for a request that is here. */
  get overlooked(): string | undefined {
    const isHere = (requestId: string) => [...this.leases.values()].some((lease) => lease.requestId === requestId);
    return this.#parked.find(({ spec }) => spec.requestId !== undefined && isHere(spec.requestId))?.row.id;
  }

  #later(lease: Expected, spec: Spec, row: InboxRow, nowMs: number, isFinal: boolean): string | undefined {
    const isOver = isFinal || nowMs >= this.endOf(lease);
    const isRefused = row.error !== undefined;
    const wrong = (should: boolean) =>
      isRefused === should ? undefined : `${spec.id} should ${should ? '' : 'not '}have been refused`;
    if (spec.action === 'end') {
      if (!isOver) lease.cutMs = nowMs;
      return wrong(false);
    }
    if (isOver) return wrong(true);
    const span = spec.durationMs ?? 0;
    const endMs = spec.action === 'extend' ? lease.endMs + span : Math.floor(nowMs / 1000) * 1000 + span;
    const isGood = spec.action === 'extend' || (endMs > nowMs && endMs < lease.endMs && endMs > lease.startMs);
    if (isGood) lease.endMs = endMs;
    lease.longestMs = Math.max(lease.longestMs, lease.endMs);
    return wrong(!isGood);
  }

  endOf(lease: Expected): number {
    if (lease.startMs >= this.policyEndsMs) return lease.startMs;
    return Math.min(lease.endMs, lease.cutMs ?? Number.POSITIVE_INFINITY);
  }

  /** The leases that cover this tuple at this instant. */
  wanting(key: string, atMs: number): readonly Expected[] {
    return [...this.leases.values()].filter((lease) => this.#covers(lease, key, atMs));
  }

  #covers(lease: Expected, key: string, atMs: number): boolean {
    return lease.keys.includes(key) && lease.startMs <= atMs && atMs < this.endOf(lease);
  }

  isWanted(key: string, atMs: number): boolean {
    return this.wanting(key, atMs).length > 0 || this.#ghosts.some((ghost) => this.#covers(ghost, key, atMs));
  }

  /** When the tuple was last wanted, up to this instant; minus infinity for never. */
  lastWantedMs(key: string, atMs: number): number {
    const ends = [...this.leases.values(), ...this.#ghosts]
      .filter((lease) => lease.keys.includes(key) && lease.startMs <= atMs && this.endOf(lease) > lease.startMs)
      // A lease that came after its own end never wanted anything; one that came late wants from then on.
      .filter((lease) => this.endOf(lease) > lease.acceptedMs)
      .map((lease) => this.endOf(lease));
    return Math.min(atMs, Math.max(Number.NEGATIVE_INFINITY, ...ends));
  }
}
