import type { Lease } from '../lease/lease.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import { endsSoonKind } from './notice.ts';

/** Up to which end people were told. */
const setting = 'notices.ends-soon';
const leasesMax = 500;

/**
 * Writes down whose end is near, each end once: what is told is a stretch of time that only moves on, so that an
 * extended lease is told of its new end. Who asked for hardly more than the warning needs none.
 */
export async function markEndingSoon(ledger: Pick<Ledger, 'transaction'>, leadMs: number): Promise<number> {
  return ledger.transaction('ends-soon', async (tx) => {
    const toldUntilMs = Number((await tx.getSetting(setting)) ?? 0);
    const afterMs = Math.max(tx.nowMs, toldUntilMs);
    const { leases, untilMs } = await endingWithin(tx, afterMs, tx.nowMs + leadMs);
    if (untilMs <= toldUntilMs) return 0;
    const told = leases.filter((lease) => lease.expiresAtMs - lease.startsAtMs >= 2 * leadMs);
    await tx.setSetting(setting, untilMs);
    await tx.appendAudit(
      told.map(({ id, expiresAtMs }) => ({
        kind: endsSoonKind,
        leaseId: id,
        actor: 'curfew',
        data: { expiresAtMs },
      })),
    );
    return told.length;
  });
}

/** A shorter stretch where too many end in it: the rest is told in the next one. */
async function endingWithin(
  tx: LedgerTx,
  afterMs: number,
  untilMs: number,
): Promise<{ leases: readonly Lease[]; untilMs: number }> {
  if (untilMs <= afterMs) return { leases: [], untilMs };
  const leases = await tx.listLeases({ states: ['active'], endsIn: { afterMs, untilMs }, limit: leasesMax });
  const isAll = leases.length < leasesMax || untilMs - afterMs <= 1_000;
  return isAll ? { leases, untilMs } : endingWithin(tx, afterMs, Math.ceil((afterMs + untilMs) / 2));
}
