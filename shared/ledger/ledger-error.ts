import { AppError } from '../runtime/app-error.ts';

/** A write to a row that is not there. Nothing of ours deletes rows, so somebody else did, or a key is wrong. */
export const rowMissing = (table: string, cause?: unknown): AppError =>
  new AppError('LEDGER_ROW_MISSING', `the ledger lacks a row that is to be changed or referred to in ${table}`, {
    details: { table },
    cause,
  });

/** A row that is there already, where its writer was sure that it is new. */
export const duplicateRow = (table: string, cause?: unknown): AppError =>
  new AppError('LEDGER_DUPLICATE', `the ledger has this row in ${table} already`, { details: { table }, cause });

/** A `tx` that was used after its transaction was over: somewhere a promise was not awaited. */
export const transactionOver = (): AppError =>
  new AppError('LEDGER_TRANSACTION_OVER', 'this transaction is over: a promise in it was not awaited');

/** Nothing was written. The ledger may be away, starting, failing over or full. */
export const unavailable = (label: string, cause: unknown): AppError =>
  new AppError('LEDGER_UNAVAILABLE', `the ledger cannot be reached (${label}); nothing was written`, {
    retryable: true,
    details: { label, reason: reasonOf(cause) },
    cause,
  });

/** The connection broke while the commit was under way: it may have happened. Ask by the message's id. */
export const commitUnknown = (label: string, cause: unknown): AppError =>
  new AppError('LEDGER_COMMIT_UNKNOWN', `nobody knows whether the ledger committed (${label}); look before repeating`, {
    retryable: true,
    details: { label, reason: reasonOf(cause) },
    cause,
  });

/** Others held the same rows for too long, again and again. Nothing was written. */
export const busy = (label: string, cause: unknown): AppError =>
  new AppError('LEDGER_BUSY', `too many want the same rows of the ledger (${label}); nothing was written`, {
    retryable: true,
    details: { label },
    cause,
  });

/** The connection is gone, and with it whatever had not been committed. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('the connection to the ledger was lost', { cause });
    this.name = 'ConnectionLost';
  }
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof ConnectionLost ? cause.cause : cause;
  if (!(inner instanceof Error)) return 'unknown';
  const { code } = inner as Error & { code?: unknown };
  return typeof code === 'string' ? code : inner.message;
}
