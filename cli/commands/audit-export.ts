import { once } from 'node:events';
import { nextLink } from '../../shared/runtime/next-link.ts';
import type { Context } from '../context.ts';

type ExportOptions = {
  readonly format: 'jsonl' | 'csv';
  readonly from?: string;
  readonly to?: string;
  readonly lease?: string;
  readonly text?: string;
};

const pieceRows = '10000';

/** Piece by piece to standard output, whatever --json says: the format is an option of its own. */
export async function exportAudit({ client, out }: Context, options: ExportOptions): Promise<void> {
  let rows = 0;
  let address: string | undefined = `/api/audit/export?${new URLSearchParams({ ...options, limit: pieceRows })}`;
  while (address !== undefined) {
    const { text, headers } = await client.text(address);
    await write(text);
    rows += Number(headers.get('x-curfew-rows') ?? 0);
    address = nextLink(headers.get('link'));
  }
  out.note(`${rows} rows`);
}

/** Waits for whoever reads us: a long trail must not pile up in memory. */
async function write(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}
