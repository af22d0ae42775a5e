import type { AuditPage, AuditTrail } from '../../shared/reconcile/audit-trail.ts';
import type { AuditEntry, AuditRow } from '../../shared/reconcile/ledger-rows.ts';
import type { ConsoleDeps } from './console-app.ts';
import { later } from './later.ts';
import { exactInstant } from './lease-view.ts';
import * as z from './zod.ts';

/** What part of the trail somebody wants to read: fields of a query. */
export const auditFilter = later(() => {
  const instant = z.iso.datetime({ offset: true }).optional();
  return {
    from: instant,
    to: instant.openapi({ description: 'Not included.' }),
    lease: z.string().max(64).optional(),
    text: z
      .string()
      .max(200)
      .optional()
      .openapi({ description: 'Words, each of which stands in the kind, the actor or the data of a row.' }),
    cursor: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional(),
  };
});
export type AuditFilter = z.infer<z.ZodObject<ReturnType<typeof auditFilter>>>;

const batchRows = 1_000;
/** Words that are rare make a page short, not long to wait for. */
const batchesMax = 5;

/** At most so many rows, in their order. A page may be short, or empty, and not the last. */
export async function searchAudit(trail: AuditTrail, filter: AuditFilter, limit: number): Promise<AuditPage> {
  const { from, to, lease, text = '', cursor } = filter;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const want = { leaseId: lease, fromMs: msOf(from), toMs: msOf(to), limit: words.length > 0 ? batchRows : limit };
  const found: AuditRow[] = [];
  let nextN: number | undefined = Number(cursor ?? 0);
  for (let batches = 0; nextN !== undefined && batches < batchesMax; batches += 1) {
    const page: AuditPage = await trail.auditPage({ ...want, afterN: nextN });
    for (const row of page.rows) {
      if (!hasAll(row, words)) continue;
      if (found.length === limit) return { rows: found, nextN: found.at(-1)?.n ?? 0 };
      found.push(row);
    }
    nextN = page.nextN;
    if (found.length === limit) break;
  }
  return nextN === undefined ? { rows: found } : { rows: found, nextN };
}

function hasAll({ kind, actor, data }: AuditRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const haystack = `${kind} ${actor} ${JSON.stringify(data)}`.toLowerCase();
  return words.every((word) => haystack.includes(word));
}

const msOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));

const notedForMs = 3600 * 1000;

/** Whoever reads the trail is written down in it: once, and not for each further page of the next hour. */
export async function noteSearch({ ledger }: ConsoleDeps, actor: string, filter: AuditFilter): Promise<void> {
  const { cursor, ...data } = filter;
  const name = `audit read by ${actor}`;
  await ledger.transaction('audit read', async (tx) => {
    const notedMs = Number((await tx.getSetting(name)) ?? Number.NEGATIVE_INFINITY);
    if (cursor !== undefined && tx.nowMs - notedMs < notedForMs) return;
    await tx.setSetting(name, tx.nowMs);
    await tx.appendAudit([readEntry(actor, { what: 'export', ...data })]);
  });
}

export async function noteRead(
  { ledger }: Pick<ConsoleDeps, 'ledger'>,
  actor: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await ledger.transaction('audit read', (tx) => tx.appendAudit([readEntry(actor, data)]));
}

const readEntry = (actor: string, data: Readonly<Record<string, unknown>>): AuditEntry => ({
  kind: 'audit.read',
  actor,
  data,
});

export const viewAuditRow = ({ n, atMs, kind, leaseId, actor, data, hash }: AuditRow) => ({
  ...{ n, at: exactInstant(atMs), kind, leaseId, actor, data, hash },
});
