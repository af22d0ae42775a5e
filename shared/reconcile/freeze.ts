import { type Refusal, refusal } from '../rule/refusal.ts';
import type { LedgerTx } from './ledger-port.ts';

/** The setting under which a freeze is kept: `{ by, reason, atMs }`, or nothing. */
export const freezeSetting = 'frozen';
/** The setting under which a recovery is kept while it goes on (recovery.ts), or nothing. */
export const recoverySetting = 'recovering';

/** Why nothing new is taken or opened now, if that is so. Endings go on in either case. */
export async function haltOf(tx: LedgerTx): Promise<Refusal | undefined> {
  const [freeze, recovery] = await tx.getSettings([freezeSetting, recoverySetting]);
  if (freeze !== null) {
    return refusal('FROZEN', 'new leases are frozen; lift the freeze or try again later');
  }
  if (recovery !== null) {
    return refusal(
      'RECOVERING',
      'the ledger is being rebuilt from the stamps in the clouds; try again in some minutes',
    );
  }
  return undefined;
}

/**
 * Which of the grant hand's work rests now. A freeze stops what opens; what a `revoke` lease took away is put back all
 * the same, because that ends a lease. A recovery stops both: an old ledger may believe in changes that are undone.
 */
export async function restingOf(tx: LedgerTx): Promise<(cell: string) => boolean> {
  const halt = await haltOf(tx);
  if (halt === undefined) return () => false;
  return halt.code === 'RECOVERING' ? () => true : (cell) => cell.startsWith('authorize');
}
