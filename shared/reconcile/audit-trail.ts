import type { AuditRow } from './ledger-rows.ts';

/** The last row of the chain. Kept out of the ledger's reach, it shows a tail that was cut or written anew. */
export type AuditHead = { readonly n: number; readonly atMs: number; readonly hash: string };
/** A head as somebody wrote it down elsewhere. */
export type AuditAnchor = Pick<AuditHead, 'n' | 'hash'>;

/**
 * What a check of the whole chain found; `hash` is the last good row's. Reasons: `row` does not follow from the ones
 * before it under any key, `anchor` is not the row that was written down, `head` remembers another last row.
 */
export type AuditVerdict = {
  readonly rows: number;
  readonly ok: boolean;
  readonly firstBad?: number;
  readonly reason?: 'row' | 'anchor' | 'head';
  readonly hash: string;
  /** Without a key whoever can write to the database can make the whole chain anew. */
  readonly isKeyed: boolean;
};

export type AuditWant = {
  readonly afterN: number;
  readonly limit: number;
  readonly kinds?: readonly string[] | undefined;
  readonly leaseId?: string | undefined;
  /** From the first instant (included) to the second (not included). */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
};
/** Rows in their order; `nextN` is what to ask after, absent on the last page. A page may be empty and not the last. */
export type AuditPage = { readonly rows: readonly AuditRow[]; readonly nextN?: number };

/** The ledger's audit trail for those who read all of it. Reading locks nothing and keeps nobody waiting. */
export interface AuditTrail {
  auditHead(): Promise<AuditHead>;
  /** Makes the whole chain anew, in one snapshot, and holds it against anchors that were kept elsewhere. */
  verifyAudit(anchors?: readonly AuditAnchor[]): Promise<AuditVerdict>;
  auditPage(want: AuditWant): Promise<AuditPage>;
}
