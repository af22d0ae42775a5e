import type { Hand } from './hand.ts';
import { wakeAt } from './schedule.ts';
import { horizonMs, type WorkDeps, workGroup } from './work.ts';

export type SweepReport = {
  readonly groups: number;
  readonly rules: number;
  readonly calls: number;
  readonly failures: number;
};

const workersMax = 4;
const wakesMax = 500;
/** Claims that fail: then it is the ledger that is in trouble, and no group's fault. */
const troublesMax = 20;

/**
 * Works every group that is due for a hand, then asks to be woken at what falls due before the next sweep. This is
 * what guarantees that things begin and end; messages and nudges only make it quicker. A group that fails is
 * logged and left to its claim: it never keeps the others waiting.
 */
export async function sweep(deps: WorkDeps, hand: Hand, mayGoOn: () => boolean): Promise<SweepReport> {
  const report = { groups: 0, rules: 0, calls: 0, failures: 0 };
  let troubles = 0;
  const worker = async (): Promise<void> => {
    while (mayGoOn() && troubles < troublesMax) {
      try {
        const worked = await workGroup(deps, hand);
        if (!worked) return;
        report.groups += 1;
        report.rules += worked.rules;
        report.calls += worked.calls;
        report.failures += worked.failures;
      } catch (error) {
        troubles += 1;
        report.failures += 1;
        deps.log.event('error', 'a group could not be worked', { hand, error });
        if (isLedgerAway(error)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: workersMax }, worker));
  await wakeLater(deps, hand);
  return report;
}

async function wakeLater(deps: WorkDeps, hand: Hand): Promise<void> {
  const { soon, nowMs } = await deps.ledger.transaction('wake', async (tx) => {
    await tx.setSetting(`swept:${hand}`, tx.nowMs);
    return { soon: await tx.dueSoon(hand, tx.nowMs, tx.nowMs + horizonMs, wakesMax), nowMs: tx.nowMs };
  });
  if (soon.length > 0)
    await deps.nudger.nudge(
      soon.map(({ target, atMs }) => ({ hand, target, atMs: wakeAt(atMs, nowMs) })),
      nowMs,
    );
}

const isLedgerAway = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'LEDGER_UNAVAILABLE';
