import { createRoute } from '@hono/zod-openapi';
import type { AuditTrail } from '../../shared/reconcile/audit-trail.ts';
import type { AuditRow } from '../../shared/reconcile/ledger-rows.ts';
import { refusal } from '../../shared/rule/refusal.ts';
import { csvLine } from '../../shared/runtime/csv-line.ts';
import { auditFilter, noteSearch, searchAudit, viewAuditRow } from './audit-search.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { type Described, later } from './later.ts';
import { refused } from './problem.ts';
import { otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

/**
 * What a function answers by HTTP is one JSON object of at most 32 MB, with the body in base64: nothing can be streamed,
 * and this is what surely fits. It bounds what one export takes of memory, too.
 */
const bytesMax = 16 * 1024 * 1024;
const rowsMax = 100_000;
const pageRows = 1_000;
/** For words that are rare much is read for few rows: an answer must come within a function's time. */
const searchesMax = rowsMax / pageRows;

const query = later(() =>
  z.object({
    format: z.enum(['jsonl', 'csv']).default('jsonl'),
    ...auditFilter(),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(rowsMax)
      .optional()
      .openapi({ description: 'Rows in one answer: the trail in pieces. Without it, all in one, or a refusal.' }),
  }),
);
type Query = Described<typeof query>;

const headers = later(() =>
  z.object({
    link: z.string().optional().openapi({ description: 'Where the next piece is: `<address>; rel="next"`.' }),
    'x-curfew-rows': z.string().openapi({ description: 'How many rows are in this answer.', example: '417' }),
  }),
);
const text = (example: string) => ({
  get schema() {
    return z.string().openapi({ example });
  },
});
const route = createRoute({
  method: 'get',
  path: '/api/audit/export',
  summary: 'The audit trail as a file, oldest first',
  description: `All of it, or what a filter leaves, in one answer. What is too large for one is refused, never cut:
ask for it in pieces, with \`limit\`, and follow the link \`next\` until there is none.`,
  security: secured,
  request: {
    get query() {
      return query();
    },
  },
  responses: {
    200: {
      description: 'One row a line, as JSON; or a table, whose header comes with the first piece only.',
      get headers() {
        return headers();
      },
      content: {
        'application/x-ndjson': text('{"n":1,"at":"2026-12-01T09:00:00.000Z","kind":"lease.accepted"}'),
        'text/csv': text('n,at,kind,leaseId,actor,data,hash'),
      },
    },
    ...otherwise,
  },
});

export function routeAuditExport(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const wanted = c.req.valid('query');
    const { format, limit, ...filter } = wanted;
    await noteSearch(deps, c.get('actor'), filter);
    const { lines, count, nextN } = await collect(deps.audit, wanted);
    if (nextN !== undefined && limit === undefined) throw tooLarge();
    const next = nextN === undefined ? {} : { link: `<${addressOf(wanted, nextN)}>; rel="next"` };
    return c.body(lines.join(''), 200, {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      'content-disposition': `attachment; filename="curfew-audit.${format}"`,
      'x-curfew-rows': String(count),
      ...next,
    });
  });
}

const tooLarge = () =>
  refused(
    refusal(
      'EXPORT_TOO_LARGE',
      `one answer holds ${rowsMax} rows or ${bytesMax / 1024 / 1024} MiB: narrow it (from, to, lease, text), or ask with limit and follow the links`,
    ),
  );

/** Page by page, until there are enough rows or bytes; `nextN` is absent where that was all. */
async function collect(trail: AuditTrail, { format, limit = rowsMax, ...filter }: Query) {
  const lines = format === 'csv' && filter.cursor === undefined ? [csvLine(columns)] : [];
  const lineOf = format === 'csv' ? csvOf : jsonOf;
  let [count, bytes, cursor] = [0, 0, filter.cursor];
  for (let searches = 0; count < limit && searches < searchesMax; searches += 1) {
    const page = await searchAudit(trail, { ...filter, cursor }, Math.min(pageRows, limit - count));
    for (const row of page.rows) {
      const line = lineOf(row);
      bytes += Buffer.byteLength(line);
      if (bytes > bytesMax && count > 0) return { lines, count, nextN: row.n - 1 };
      lines.push(line);
      count += 1;
    }
    if (page.nextN === undefined) return { lines, count };
    cursor = String(page.nextN);
  }
  return { lines, count, nextN: Number(cursor) };
}

/** Relative to the host: what stands before the console may have another name. */
function addressOf(wanted: Query, nextN: number): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...wanted, cursor: nextN })) {
    if (value !== undefined) fields.set(name, String(value));
  }
  return `/api/audit/export?${fields}`;
}

const columns = ['n', 'at', 'kind', 'leaseId', 'actor', 'data', 'hash'] as const;
const jsonOf = (row: AuditRow): string => `${JSON.stringify(viewAuditRow(row))}\n`;

function csvOf(row: AuditRow): string {
  const { data, ...view } = viewAuditRow(row);
  return csvLine(columns.map((column) => (column === 'data' ? JSON.stringify(data) : view[column])));
}
