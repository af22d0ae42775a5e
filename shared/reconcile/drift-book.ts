import * as z from 'zod/mini';
import { type Target, targetKey } from '../rule/target.ts';
import type { Finding } from './drift.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { AuditEntry } from './ledger-rows.ts';

/** What was done about a finding, beside telling. */
export type Repair = 'none' | 'revoked' | 'restamped' | 'recovered';

const setting = 'drift';
/** One setting holds it all: of a wreck its beginning is enough. */
const entriesMax = 500;

const driftSchema = z.object({
  class: z.string(),
  group: z.string(),
  key: z.optional(z.string()),
  ruleId: z.optional(z.string()),
  leaseIds: z.array(z.string()),
  message: z.string(),
  repair: z.string(),
  sinceMs: z.number(),
});
export type Drift = z.infer<typeof driftSchema>;

/** All that differed when its group was last looked at. */
export const readDrift = async (tx: LedgerTx): Promise<readonly Drift[]> => read(await tx.getSetting(setting));

const read = (value: unknown): readonly Drift[] => z.array(driftSchema).safeParse(value ?? []).data ?? [];

type Findings = readonly (Finding & { readonly repair: Repair })[];
export type News = { readonly appeared: readonly Drift[]; readonly entries: readonly AuditEntry[] };

/** Writes a group's findings in the place of its earlier ones; what appeared and what is gone goes to the audit. */
export async function bookDrift(tx: LedgerTx, target: Target, findings: Findings): Promise<News> {
  const group = targetKey(target);
  const seen = compare(await readDrift(tx), group, findings, tx.nowMs);
  if (seen.appeared.length + seen.gone.length === 0) return { appeared: [], entries: [] };
  // Other groups are scanned at the same time: what they write must not be lost.
  const [held] = await tx.holdSettings([setting]);
  const book = read(held);
  const { now, appeared, gone } = compare(book, group, findings, tx.nowMs);
  await tx.setSetting(setting, [...book.filter((one) => one.group !== group), ...now].slice(0, entriesMax));
  return { appeared, entries: [...entriesOf('drift.found', appeared), ...entriesOf('drift.gone', gone)] };
}

function compare(book: readonly Drift[], group: string, findings: Findings, nowMs: number) {
  const earlier = new Map(book.filter((one) => one.group === group).map((one) => [nameOf(one), one]));
  const now = findings.map((one): Drift => {
    const known = earlier.get(nameOf(one));
    return { ...one, group, leaseIds: [...one.leaseIds], sinceMs: known?.sinceMs ?? nowMs };
  });
  const appeared = now.filter((one) => !earlier.has(nameOf(one)));
  const names = new Set(now.map(nameOf));
  return { now, appeared, gone: [...earlier.values()].filter((one) => !names.has(nameOf(one))) };
}

/** What differed in a group that is there no more. */
export async function closeDrift(tx: LedgerTx, target: Target): Promise<void> {
  const { entries } = await bookDrift(tx, target, []);
  if (entries.length > 0) await tx.appendAudit(entries);
}

const nameOf = (one: Pick<Drift, 'class' | 'ruleId' | 'key'>): string => `${one.class} ${one.ruleId ?? one.key}`;

const entriesOf = (kind: string, drift: readonly Drift[]): AuditEntry[] =>
  drift.flatMap(({ leaseIds, sinceMs: _, ...data }) =>
    (leaseIds.length === 0 ? [undefined] : leaseIds).map((leaseId) => ({ kind, leaseId, actor: 'curfew', data })),
  );
