import { anchorAudit } from '../../shared/reconcile/anchor.ts';
import { forgetMarks } from '../../shared/reconcile/forget-marks.ts';
import { measure } from '../../shared/reconcile/metrics.ts';
import { goOnRecovering, recoverIfLost } from '../../shared/reconcile/recover.ts';
import { scan } from '../../shared/reconcile/scan.ts';
import type { Invocation, Result } from '../../shared/runtime/define-handler.ts';
import type { ReconcileDeps } from './connect.ts';

const reserveMs = 15_000;

/** Writes the audit's head out of the ledger's reach, holds the ledger against the clouds, says how things stand. */
export async function reconcile({ deps, remainingMs }: Invocation<ReconcileDeps>): Promise<Result> {
  const mayGoOn = () => remainingMs() > reserveMs;
  // First, for it is quick: a cloud that is slow to list must not keep the trail from being anchored.
  await anchorAudit(deps);
  // While the ledger is being rebuilt, what it does not know is no drift.
  const recovery = (await goOnRecovering(deps, mayGoOn)) ?? (await recoverIfLost(deps, mayGoOn));
  const report = recovery ?? (await scan(deps, mayGoOn));
  await measure(deps);
  const forgotten = await forgetMarks(deps, mayGoOn);
  return { answer: report, summary: { ...report, forgotten, ...(recovery ? { isRecovery: true } : {}) } };
}
