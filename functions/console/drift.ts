import { createRoute, z } from '@hono/zod-openapi';
import { readDrift } from '../../shared/reconcile/drift-book.ts';
import { doneSetting } from '../../shared/reconcile/scan.ts';
import { targetOfKey } from '../../shared/rule/target.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { doorFor } from './doors.ts';
import { exactInstant } from './lease-view.ts';
import { answer, otherwise, secured } from './route-parts.ts';

export const driftSchema = z
  .object({
    scannedAt: z.string().nullable().openapi({ description: 'When every group was last seen; null: never yet.' }),
    drift: z.array(
      z.object({
        class: z.string().openapi({ example: 'RULE_WIDENED' }),
        group: z.string().openapi({ example: 'ecs/default/cn-hangzhou/sg-demo-web' }),
        ruleId: z.string().optional(),
        leaseIds: z.array(z.string()),
        message: z.string(),
        repair: z.string().openapi({ description: 'What was done about it, beside telling.', example: 'revoked' }),
        since: z.string(),
      }),
    ),
  })
  .openapi('Drift');

const route = createRoute({
  method: 'get',
  path: '/api/drift',
  summary: 'Where the clouds differ from the ledger',
  description: 'What the last scan found. It runs every ten minutes.',
  security: secured,
  responses: { 200: answer('Every difference that is there.', driftSchema), ...otherwise },
});

export function routeDrift(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const { scannedMs, drift } = await deps.ledger.transaction('drift', async (tx) => ({
      scannedMs: Number((await tx.getSetting(doneSetting)) ?? Number.NaN),
      drift: await readDrift(tx),
    }));
    const door = await doorFor(deps, c.get('person'));
    const scannedAt = Number.isFinite(scannedMs) ? exactInstant(scannedMs) : null;
    const shown = drift
      .filter(({ group }) => !door('view', { target: targetOfKey(group) }))
      .map(({ sinceMs, key: _, ...one }) => ({ ...one, since: exactInstant(sinceMs) }));
    return c.json({ scannedAt, drift: shown }, 200);
  });
}
