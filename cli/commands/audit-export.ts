import { once } from 'node:events';
import { csvLine } from '../../shared/runtime/csv-line.ts';
import { pageSchema, type Row } from '../audit-answers.ts';
import type { Context } from '../context.ts';

type ExportOptions = {
  readonly format: 'jsonl' | 'csv';
  readonly from?: string;
  readonly to?: string;
  readonly lease?: string;
};

const columns = ['n', 'at', 'kind', 'leaseId', 'actor', 'data', 'hash'] as const;

/** Page by page to standard output, whatever --json says: the format is an option of its own. */
export async function exportAudit({ client, out }: Context, options: ExportOptions): Promise<void> {
  const { format, ...filter } = options;
  if (format === 'csv') await write(csvLine(columns));
  let cursor: string | undefined;
  let rows = 0;
  do {
    const query = new URLSearchParams({ limit: '1000' });
    for (const [name, value] of Object.entries({ ...filter, cursor })) if (value) query.set(name, value);
    const page = await client(`/api/audit?${query}`, pageSchema);
    await write(page.rows.map(format === 'csv' ? csvOf : jsonOf).join(''));
    rows += page.rows.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  out.note(`${rows} rows`);
}

const jsonOf = (row: Row): string => `${JSON.stringify(row)}\n`;

const csvOf = (row: Row): string =>
  csvLine(columns.map((column) => (column === 'data' ? JSON.stringify(row.data) : row[column])));

/** Waits for whoever reads us: a long trail must not pile up in memory. */
async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}
