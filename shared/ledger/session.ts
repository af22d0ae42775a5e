import type pg from 'pg';
import type { QueryResultRow } from 'pg';
import { AppError } from '../runtime/app-error.ts';
import { ConnectionLost, commitUnknown, rowMissing, transactionOver, unavailable } from './ledger-error.ts';
import { type MustWrite, parameterOf, type Sql, type SqlValue } from './sql.ts';
import { mayRunAgain, statementError } from './statement-error.ts';

/**
 * The statements of one transaction, one at a time in the order asked for. The first failure is the transaction's:
 * the database has lost it from then on, whatever its work makes of the error.
 */
export class Session {
  readonly #client: pg.PoolClient;
  readonly #label: string;
  /** An answer that takes longer never comes: the server has a shorter limit of its own. */
  readonly #silentMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #failure: Error | undefined;
  #isOver = false;

  constructor(client: pg.PoolClient, { label, silentMs }: { readonly label: string; readonly silentMs: number }) {
    this.#client = client;
    this.#label = label;
    this.#silentMs = silentMs;
  }

  readonly sql: Sql = <Row extends QueryResultRow>(
    text: string,
    values: readonly SqlValue[] = [],
    mustWrite?: MustWrite,
  ) => {
    const answer = this.#last.then(() => this.#run<Row>(text, values, mustWrite));
    this.#last = answer.catch(() => undefined);
    return answer;
  };

  /** Commits what the work wrote, unless a statement failed on the way. */
  async commit(): Promise<void> {
    await this.#close();
    if (this.#failure) throw this.#failure;
    // The server answers COMMIT of a failed transaction with ROLLBACK, and no error.
    if ((await this.#commit()) !== 'COMMIT') {
      throw new AppError('LEDGER_FAILED', `the ledger rolled back instead of committing (${this.#label})`);
    }
  }

  /** Rolls back. False when the connection is of no more use. */
  async rollback(): Promise<boolean> {
    await this.#close();
    if (this.#failure instanceof ConnectionLost) return false;
    return this.#client.query('rollback').then(
      () => true,
      () => false,
    );
  }

  /** What to tell the caller: a loss or a conflict beneath counts for more than what the work made of it. */
  errorFor(thrown: unknown): unknown {
    if (thrown instanceof AppError && thrown.code === 'LEDGER_COMMIT_UNKNOWN') return thrown;
    if (this.#failure instanceof ConnectionLost) return unavailable(this.#label, this.#failure);
    return mayRunAgain(this.#failure) ? this.#failure : thrown;
  }

  async #run<Row extends QueryResultRow>(text: string, values: readonly SqlValue[], mustWrite?: MustWrite) {
    if (this.#isOver) throw transactionOver();
    if (this.#failure) throw this.#failure;
    try {
      const { rows, rowCount } = await this.#client.query<Row>(this.#timed(text, values));
      if (mustWrite && rowCount !== mustWrite.rows) throw this.#fail(rowMissing(mustWrite.table));
      return { rows, count: rowCount ?? 0 };
    } catch (error) {
      throw this.#failure ?? this.#fail(statementError(error));
    }
  }

  #timed(text: string, values: readonly SqlValue[]): pg.QueryConfig {
    return { text, values: values.map(parameterOf), query_timeout: this.#silentMs } as pg.QueryConfig;
  }

  async #commit(): Promise<string> {
    try {
      return (await this.#client.query('commit')).command;
    } catch (thrown) {
      const error = this.#fail(statementError(thrown));
      throw error instanceof ConnectionLost ? commitUnknown(this.#label, error) : error;
    }
  }

  #fail(error: Error): Error {
    this.#failure = error;
    return error;
  }

  async #close(): Promise<void> {
    this.#isOver = true;
    await this.#last;
  }
}
