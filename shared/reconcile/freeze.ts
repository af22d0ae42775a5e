import { type Refusal, refusal } from '../rule/refusal.ts';
import type { LedgerTx } from './ports.ts';

/** The setting under which a freeze is kept: `{ by, reason, atMs }`, or nothing. */
export const freezeSetting = 'frozen';
/** The setting under which a recovery is kept while it goes on (recovery.ts), or nothing. */
export const recoverySetting = 'recovering';

/** Why nothing new is taken or opened now, if that is so. Endings go on in either case. */
export async function haltOf(tx: LedgerTx): Promise<Refusal | undefined> {
  if (await isSet(tx, freezeSetting)) {
    return refusal('FROZEN', 'new leases are frozen; lift the freeze or try again later');
  }
  if (await isSet(tx, recoverySetting)) {
    return refusal(
      'RECOVERING',
      'the ledger is being rebuilt from the stamps in the clouds; try again in some minutes',
    );
  }
  return undefined;
}

/** While frozen nothing new is taken and nothing is opened; endings go on. A recovery is a freeze of its own. */
export const isFrozen = async (tx: LedgerTx): Promise<boolean> => (await haltOf(tx)) !== undefined;

const isSet = async (tx: LedgerTx, name: string): Promise<boolean> => ((await tx.getSetting(name)) ?? null) !== null;
