import type { AuditTrail } from './audit-trail.ts';
import type { Ledger } from './ledger-port.ts';
import type { Log } from './runtime-ports.ts';

export type AnchorDeps = {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly audit: Pick<AuditTrail, 'auditHead'>;
  readonly log: Log;
};

/** A little less than an hour: the run that asks comes every ten minutes, and never quite on time. */
const everyMs = 58 * 60_000;
/** When the head was last written out. */
const setting = 'anchored';

/**
 * Writes the audit chain's head where whoever owns the database cannot reach it: into the log, once an hour. A chain
 * that was cut or made anew since then no longer ends in it (`curfew audit verify --anchor n:hash`). Dying between
 * the line and its note writes a second line, which does no harm.
 */
export async function anchorAudit({ ledger, audit, log }: AnchorDeps): Promise<boolean> {
  const isDue = await ledger.transaction('anchor', async (tx) => {
    const lastMs = Number((await tx.getSetting(setting)) ?? Number.NaN);
    return !(tx.nowMs - lastMs < everyMs);
  });
  if (!isDue) return false;
  const { n, hash, atMs } = await audit.auditHead();
  log.event('info', 'audit.head', { n, hash, at: new Date(atMs).toISOString() });
  await ledger.transaction('anchored', (tx) => tx.setSetting(setting, tx.nowMs));
  return true;
}
