import pg from 'pg';
import { AppError } from '../runtime/app-error.ts';
import { ConnectionLost, duplicateRow, rowMissing, unavailable } from './ledger-error.ts';

// SQLSTATE classes (PostgreSQL manual, appendix A). 57P: the server is stopping; 25P03: idle for too long within a
// transaction; 25006: read-only, as the old primary after a failover is.
const lostForms = [/^08/, /^57P/, /^25P03$/, /^25006$/];
/** Deadlock, serialization failure, lock not had in time: the work was undone and may simply run again. */
const againCodes = new Set(['40P01', '40001', '55P03']);

/** No such table, no such schema: the database was made anew. */
export const noTableStates: readonly string[] = ['42P01', '3F000'];

/**
 * Makes a failed statement one of ours. The driver throws a DatabaseError when the server said something; anything
 * else from a query is the network's (every value is plain text by then).
 */
export function statementError(error: unknown): Error {
  if (!(error instanceof pg.DatabaseError)) return new ConnectionLost(error);
  const code = error.code ?? '';
  if (lostForms.some((form) => form.test(code))) return new ConnectionLost(error);
  if (code === '23505') return duplicateRow(error.table ?? 'a table', error);
  if (code === '23503') return rowMissing(error.table ?? 'a table', error);
  // 53: out of space, memory or connections; 57014: it took longer than its time limit.
  if (/^53/.test(code) || code === '57014') return unavailable('statement', error);
  if (noTableStates.includes(code)) {
    const sentence = 'the tables of the ledger are not there';
    return new AppError('LEDGER_UNAVAILABLE', sentence, { retryable: true, details: { sqlState: code }, cause: error });
  }
  return againCodes.has(code)
    ? error
    : new AppError('LEDGER_FAILED', `the ledger refused a statement: ${error.message}`, {
        details: { sqlState: code },
        cause: error,
      });
}

export const mayRunAgain = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && againCodes.has(error.code ?? '');

/** The server's code of a statement that failed; undefined when the failure was not the server's. */
export const sqlStateOf = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;
