import { AppError } from '../runtime/app-error.ts';

/** A write to a row that is not there. Nothing of ours deletes rows, so somebody else did, or a key is wrong. */
export const rowMissing = (table: string, details: Record<string, unknown> = {}): AppError =>
  new AppError('LEDGER_ROW_MISSING', `the ledger has no such row in ${table}`, {
    details: { table, ...details },
  });

/** A row that is there already, where its writer was sure that it is new. */
export const duplicateRow = (table: string, cause?: unknown): AppError =>
  new AppError('LEDGER_DUPLICATE', `the ledger has this row in ${table} already`, {
    details: { table },
    cause,
  });

/** A `tx` that was used after its transaction was over: somewhere a promise was not awaited. */
export const transactionOver = (): AppError =>
  new AppError('LEDGER_TRANSACTION_OVER', 'this transaction is over: a promise in it was not awaited');
