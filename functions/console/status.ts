import { createRoute } from '@hono/zod-openapi';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import { healthSchema } from './answers.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { readFreeze } from './freeze.ts';
import type { Described } from './later.ts';
import { exactInstant } from './lease-view.ts';
import { answer, otherwise, secured } from './route-parts.ts';

/** Settings in which sweeps leave their time, and how old that may be: two periods and a half. */
const sweeps = [
  ['grant', 'swept:grant', 150_000],
  ['revoke', 'swept:revoke', 150_000],
  ['modify', 'swept:modify', 150_000],
  ['reconcile', 'scanned', 25 * 60_000],
] as const;
const countMax = 1_000;

const health = createRoute({
  method: 'get',
  path: '/api/health',
  summary: 'Is everything running?',
  security: secured,
  responses: { 200: answer('The ledger is reachable; what it says.', healthSchema), ...otherwise },
});

export function routeStatus(app: ConsoleApp, { ledger }: ConsoleDeps): void {
  app.openapi(health, async (c) => c.json(await ledger.transaction('health', look), 200));
}

async function look(tx: LedgerTx): Promise<Described<typeof healthSchema>> {
  const seen: Described<typeof healthSchema>['sweeps'] = {};
  for (const [name, setting, ageMaxMs] of sweeps) {
    const atMs = Number((await tx.getSetting(setting)) ?? Number.NaN);
    const isKnown = Number.isFinite(atMs);
    seen[name] = { at: isKnown ? exactInstant(atMs) : null, isLate: !isKnown || tx.nowMs - atMs > ageMaxMs };
  }
  const live = await tx.listLeases({ isLive: true, limit: countMax + 1 });
  const toReview = await tx.listLeases({ needsReview: true, limit: countMax });
  const stuck = await tx.listLeases({ states: ['stuck'], limit: countMax + 1 });
  return {
    // Grants that come late annoy; endings that come late are what this exists to prevent.
    status: seen.revoke?.isLate ? 'late' : 'ok',
    ledger: { reachable: true, time: exactInstant(tx.nowMs) },
    sweeps: seen,
    leases: {
      live: Math.min(live.length, countMax),
      stuck: Math.min(stuck.length, countMax),
      toReview: toReview.length,
      isMinimum: live.length > countMax || stuck.length > countMax,
    },
    frozen: (await readFreeze(tx)).frozen,
  };
}
