import { isFinal } from '../lease/lease.ts';
import { type Target, targetKey } from '../rule/target.ts';
import type { Removal } from './by-stamps.ts';
import { Draft } from './draft.ts';
import { inOrder } from './groups.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import type { AuditEntry } from './ledger-rows.ts';
import { plan } from './plan.ts';
import type { Schedule } from './schedule.ts';

/** Rules in one transaction: their leases and all rules of those are locked meanwhile. */
const toldAtOnce = 200;

type Told = { readonly ledger: Ledger; readonly schedule: Schedule };

/**
 * What one warm instance knows beside the ledger: the groups of its last good read, and what it removed while the
 * ledger was away. A convenience: the configured groups, the log and the clouds hold all that matters.
 */
export class WarmMemory {
  #targets: readonly Target[] = [];
  #removals: Removal[] = [];
  /** The last group that a run without the ledger came to. */
  #after = '';

  get targets(): readonly Target[] {
    return this.#targets;
  }

  /** Each group once, those first that the run before did not come to: where time runs out, it is never the same ones. */
  inTurn(targets: readonly Target[]): readonly Target[] {
    const all = inOrder(targets);
    const isNext = (target: Target): boolean => targetKey(target) > this.#after;
    return [...all.filter(isNext), ...all.filter((target) => !isNext(target))];
  }

  cameTo(target: Target | undefined): void {
    if (target) this.#after = targetKey(target);
  }

  learn(targets: readonly Target[]): void {
    this.#targets = targets;
  }

  note(removals: readonly Removal[]): void {
    this.#removals.push(...removals);
  }

  /** Tells the ledger, once it is back, what went without it. Nothing to tell costs nothing. */
  async tell({ ledger, schedule }: Told): Promise<void> {
    while (this.#removals.length > 0) {
      const told = this.#removals.splice(0, toldAtOnce);
      try {
        await ledger.transaction('removals', (tx) => writeRemovals(tx, told, schedule));
      } catch (error) {
        this.#removals.unshift(...told);
        throw error;
      }
    }
  }
}

/**
 * A row of the audit for each, and on a rule that was there the mark of a revocation of our own: a lease that was
 * extended without its stamp is opened again then, and nobody is accused of having removed its rule by hand.
 */
async function writeRemovals(tx: LedgerTx, removals: readonly Removal[], schedule: Schedule): Promise<void> {
  const draft = await Draft.load(tx, [...new Set(removals.map(({ key }) => key))]);
  const known = new Map(draft.rows.map((row) => [row.key, row]));
  for (const removal of removals) {
    draft.audit.push(...(await entriesOf(tx, removal)));
    const row = known.get(removal.key);
    if (row?.isPresent && row.ruleId === removal.ruleId) draft.setRow(row.key, { lastRevokeAtMs: tx.nowMs });
  }
  plan(draft, tx.nowMs, schedule);
  await draft.save(tx);
}

/** Told under each lease that it ended: those that live still, and those whose end the stamp said. */
async function entriesOf(tx: LedgerTx, { target, ...data }: Removal): Promise<AuditEntry[]> {
  const links = await tx.linksOfRules([data.key], 'all');
  const leases = await tx.leases(links.map(({ leaseId }) => leaseId));
  const leaseIds: (string | undefined)[] = leases
    .filter((lease) => !isFinal(lease.state) || lease.expiresAtMs === data.endsAtMs)
    .map(({ id }) => id);
  return (leaseIds.length === 0 ? [undefined] : leaseIds).map((leaseId) => ({
    kind: 'rule.removed-without-ledger',
    leaseId,
    actor: 'curfew',
    data: { ...data, group: targetKey(target) },
  }));
}
