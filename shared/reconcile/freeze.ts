import type { LedgerTx } from './ports.ts';

/** The setting under which a freeze is kept: `{ by, reason, atMs }`, or nothing. */
export const freezeSetting = 'frozen';

/** While frozen nothing new is taken and nothing is opened; endings go on. */
export const isFrozen = async (tx: LedgerTx): Promise<boolean> =>
  ((await tx.getSetting(freezeSetting)) ?? null) !== null;
