import type { Connected } from '../../shared/hands/connect-hand.ts';
import { anchorAudit } from '../../shared/reconcile/anchor.ts';
import { measure } from '../../shared/reconcile/metrics.ts';
import { scan } from '../../shared/reconcile/scan.ts';
import type { Invocation, Result } from '../../shared/runtime/define-handler.ts';

const reserveMs = 15_000;

/** Writes the audit's head out of the ledger's reach, holds the ledger against the clouds, says how things stand. */
export async function reconcile({ deps, remainingMs }: Invocation<Connected>): Promise<Result> {
  // First, for it is quick: a cloud that is slow to list must not keep the trail from being anchored.
  await anchorAudit(deps);
  const report = await scan(deps, () => remainingMs() > reserveMs);
  await measure(deps);
  return { answer: report, summary: report };
}
