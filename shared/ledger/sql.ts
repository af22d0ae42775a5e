import type { QueryResultRow } from 'pg';

/** What a query may be given: text, numbers and lists of them. Everything else is written as text here, not by the driver. */
type SqlScalar = string | number | boolean | null;
export type SqlValue = SqlScalar | readonly SqlScalar[];

/** How many rows a statement has to write: any other number is a failure. */
export type MustWrite = { readonly table: string; readonly rows: number };

/** One statement within a transaction; `count` is how many rows it read or wrote. */
export type Sql = <Row extends QueryResultRow>(
  text: string,
  values?: readonly SqlValue[],
  mustWrite?: MustWrite,
) => Promise<{ readonly rows: readonly Row[]; readonly count: number }>;

const firstMs = Date.UTC(1, 0, 1);
const lastMs = Date.UTC(9999, 11, 31);

/** Epoch ms as timestamptz text. What lies outside the years 1 to 9999 is for ever, or never was. */
export function instant(ms: number): string {
  if (ms > lastMs) return 'infinity';
  return ms < firstMs ? '-infinity' : new Date(ms).toISOString();
}

export const instantOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : instant(ms));

/** Epoch ms of a timestamptz as the driver reads it. */
export const msOf = (at: Date): number => at.getTime();

/** JSON text of a row. Every string that JSON can say comes back as it was. */
export const jsonText = (value: unknown): string => JSON.stringify(value) ?? 'null';

/**
 * PostgreSQL's text has no NUL. Rows are JSON, which writes it in other letters; what may hold one besides is only
 * searched, or searched for.
 */
export const withoutNul = (text: string): string => text.replaceAll('\u0000', '\ufffd');

/** A parameter as the database takes it: the same for what is written and for what is looked for. */
export function parameterOf(value: SqlValue): SqlValue {
  if (typeof value === 'string') return withoutNul(value);
  return Array.isArray(value) ? value.map((one) => (typeof one === 'string' ? withoutNul(one) : one)) : value;
}

/** Rows as `unnest` takes them: each column a list of its own. At least one row. */
export const transpose = (rows: readonly (readonly SqlScalar[])[]): SqlValue[] =>
  (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? null));

/** The last of those with the same key: a statement may name each row once. */
export function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
