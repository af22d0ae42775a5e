import type { AnchorStore } from './anchor-port.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Ledger } from './ledger-port.ts';
import type { Log } from './runtime-ports.ts';

export type AnchorDeps = {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly audit: Pick<AuditTrail, 'auditHead'>;
  readonly log: Log;
  /** Absent where none is configured: then the log service alone keeps them. */
  readonly anchors?: AnchorStore | undefined;
};

/** A little less than an hour: the run that asks comes every ten minutes, and never quite on time. */
const everyMs = 58 * 60_000;
/** When the head was last written out. */
const setting = 'anchored';

/**
 * Writes the audit chain's head where whoever owns the database cannot reach it: once an hour, into the log and, where
 * one is configured, into a store of its own. A chain that was cut or made anew since then no longer contains it
 * (`curfew audit verify`). Dying between the line and its note writes a second line, which does no harm.
 */
export async function anchorAudit({ ledger, audit, log, anchors }: AnchorDeps): Promise<boolean> {
  const isDue = await ledger.transaction('anchor', async (tx) => {
    const lastMs = Number((await tx.getSetting(setting)) ?? Number.NaN);
    return !(tx.nowMs - lastMs < everyMs);
  });
  if (!isDue) return false;
  const head = await audit.auditHead();
  const { n, hash, atMs } = head;
  log.event('info', 'audit.head', { n, hash, at: new Date(atMs).toISOString() });
  try {
    await anchors?.keep(head);
  } catch (error) {
    // The scan goes on without it; the next run tries again, ten minutes later.
    log.event('error', 'the head of the audit trail could not be kept', { alarm: true, code: codeOf(error), error });
    return false;
  }
  await ledger.transaction('anchored', (tx) => tx.setSetting(setting, tx.nowMs));
  return true;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'ANCHOR_NOT_KEPT';
