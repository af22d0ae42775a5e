import type { AuditAnchor, AuditHead } from './audit-trail.ts';

/** A head of the audit chain as it was kept, and when. */
export type KeptAnchor = AuditAnchor & { readonly atMs: number };

/** Where heads of the audit chain are kept, out of reach of whoever owns the database. */
export interface AnchorStore {
  /** Keeps a head for good. One that is kept already stays as it is. Throws AppError ANCHOR_NOT_KEPT. */
  keep(head: AuditHead): Promise<void>;
  /** Every head that was ever kept, oldest first. Throws AppError ANCHORS_NOT_READ. */
  kept(): Promise<readonly KeptAnchor[]>;
}
