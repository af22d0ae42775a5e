import type { Lease, Link } from '../../shared/lease/lease.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { InboxRow, Operation, RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { MemoryLedger } from '../fakes/memory-ledger.ts';
import { MemoryTables } from '../fakes/memory-tables.ts';

export type Write =
  | { readonly kind: 'message'; readonly row: InboxRow; readonly isNew: boolean }
  | { readonly kind: 'rule'; readonly row: RuleRow }
  | { readonly kind: 'lease'; readonly row: Lease }
  | { readonly kind: 'link'; readonly row: Link }
  | { readonly kind: 'operation'; readonly row: Operation; readonly isNew: boolean };
export type Commit = { readonly nowMs: number; readonly writes: readonly Write[] };

/** Changes a transaction before production code gets it: how a planted bug reaches the ledger. */
export type TxHook = (tx: LedgerTx, processName: string) => LedgerTx;

/** The in-memory ledger with every committed write told to the checkers, in its order. */
export class WatchedLedger {
  readonly memory: MemoryLedger;
  onCommit: (commit: Commit) => void = () => undefined;
  hook: TxHook = (tx) => tx;

  constructor(clock: { now(): number }) {
    this.memory = new MemoryLedger({ clock });
  }

  backup(): MemoryTables {
    return this.memory.backup();
  }

  nothing(): MemoryTables {
    return new MemoryTables();
  }

  restore(backup: MemoryTables): void {
    this.memory.restore(backup);
  }

  /** Rolls back after the work is done where `isUndone` says so: the commit that never reached the disk. */
  async transaction<T>(
    processName: string,
    label: string,
    work: (tx: LedgerTx) => Promise<T>,
    isUndone: () => boolean,
  ): Promise<T> {
    let commit: Commit | undefined;
    const result = await this.memory.transaction(label, async (tx) => {
      const writes: Write[] = [];
      commit = { nowMs: tx.nowMs, writes };
      const done = await work(this.hook(watch(tx, writes), processName));
      if (isUndone()) throw new Undone();
      return done;
    });
    if (commit && commit.writes.length > 0) this.onCommit(commit);
    return result;
  }
}

export class Undone extends Error {}

/** Notes every write on its way; the methods of this one object are replaced, its class is left alone. */
function watch(tx: LedgerTx, writes: Write[]): LedgerTx {
  const { insertMessages, updateMessage, insertRules, updateRules, insertLeases, updateLeases, updateLinks } = tx;
  const { insertOperations, updateOperations } = tx;
  return Object.assign(tx, {
    insertMessages: async (rows: readonly InboxRow[]) => {
      const isNew = await insertMessages.call(tx, rows);
      for (const row of rows.filter((_, index) => isNew[index])) writes.push({ kind: 'message', row, isNew: true });
      return isNew;
    },
    updateMessage: async (row: InboxRow) => {
      await updateMessage.call(tx, row);
      writes.push({ kind: 'message', row, isNew: false });
    },
    insertRules: async (rows: readonly RuleRow[]) => {
      const isNew = await insertRules.call(tx, rows);
      for (const row of await tx.peekRules(rows.map(({ key }) => key))) writes.push({ kind: 'rule', row });
      return isNew;
    },
    updateRules: async (rows: readonly RuleRow[]) => {
      await updateRules.call(tx, rows);
      for (const row of rows) writes.push({ kind: 'rule', row });
    },
    insertLeases: async (leases: readonly Lease[], links: readonly Link[]) => {
      await insertLeases.call(tx, leases, links);
      for (const row of leases) writes.push({ kind: 'lease', row });
      for (const row of links) writes.push({ kind: 'link', row });
    },
    updateLeases: async (rows: readonly Lease[]) => {
      await updateLeases.call(tx, rows);
      for (const row of rows) writes.push({ kind: 'lease', row });
    },
    updateLinks: async (rows: readonly Link[]) => {
      await updateLinks.call(tx, rows);
      for (const row of rows) writes.push({ kind: 'link', row });
    },
    insertOperations: async (rows: readonly Operation[]) => {
      await insertOperations.call(tx, rows);
      for (const row of rows) writes.push({ kind: 'operation', row, isNew: true });
    },
    updateOperations: async (rows: readonly Operation[]) => {
      await updateOperations.call(tx, rows);
      for (const row of rows) writes.push({ kind: 'operation', row, isNew: false });
    },
  });
}
