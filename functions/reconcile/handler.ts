import { connectHand } from '../../shared/hands/connect-hand.ts';
import { scan } from '../../shared/reconcile/scan.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';

const reserveMs = 15_000;

/** Holds the ledger against the clouds, every ten minutes. It may only look; what it finds, the hands settle. */
export const handler = defineHandler({
  name: 'reconcile',
  connect: connectHand,
  run: async ({ deps, remainingMs }) => {
    const report = await scan(deps, () => remainingMs() > reserveMs);
    return { answer: report, summary: report };
  },
});
