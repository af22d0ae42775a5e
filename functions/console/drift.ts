import { createRoute } from '@hono/zod-openapi';
import { readDrift } from '../../shared/reconcile/drift-book.ts';
import { doneSetting } from '../../shared/reconcile/scan.ts';
import { targetOfKey } from '../../shared/rule/target.ts';
import type { Actor, ConsoleApp, ConsoleDeps } from './console-app.ts';
import { doorFor } from './doors.ts';
import { later } from './later.ts';
import { exactInstant } from './lease-view.ts';
import { readBody } from './read-body.ts';
import { answer, bodyOf, otherwise, secured } from './route-parts.ts';
import { timeBudget } from './time-budget.ts';
import * as z from './zod.ts';

export const driftSchema = later(() =>
  z
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
    .openapi('Drift'),
);

const nothing = later(() => z.strictObject({}));
const scannedSchema = later(() =>
  driftSchema()
    .extend({
      groups: z.number().openapi({ description: 'Groups that were looked at now.' }),
      isComplete: z.boolean(),
    })
    .openapi('DriftNow'),
);

const route = createRoute({
  method: 'get',
  path: '/api/drift',
  summary: 'Where the clouds differ from the ledger',
  description: 'What the last scan found. It runs every ten minutes.',
  security: secured,
  responses: { 200: answer('Every difference that is there.', driftSchema), ...otherwise },
});

const now = createRoute({
  method: 'post',
  path: '/api/drift',
  summary: 'Hold the ledger against the clouds now',
  description: 'What is not seen in time, the next scan goes on with: `isComplete` says whether every group was.',
  security: secured,
  request: { body: bodyOf(nothing) },
  responses: { 200: answer('Every difference that is there.', scannedSchema), ...otherwise },
});

export function routeDrift(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => c.json(await driftFor(deps, c.get('person')), 200));
  app.openapi(now, async (c) => {
    await readBody(c, nothing());
    const report = await deps.scanNow?.(timeBudget(deps));
    const { groups = 0, isComplete = false } = report ?? {};
    return c.json({ ...(await driftFor(deps, c.get('person'))), groups, isComplete }, 200);
  });
}

async function driftFor(deps: ConsoleDeps, person: Actor) {
  const { scannedMs, drift } = await deps.ledger.transaction('drift', async (tx) => ({
    scannedMs: Number((await tx.getSetting(doneSetting)) ?? Number.NaN),
    drift: await readDrift(tx),
  }));
  const door = await doorFor(deps, person);
  const scannedAt = Number.isFinite(scannedMs) ? exactInstant(scannedMs) : null;
  const shown = drift
    .filter(({ group }) => !door('view', { target: targetOfKey(group) }))
    .map(({ sinceMs, key: _, ...one }) => ({ ...one, since: exactInstant(sinceMs) }));
  return { scannedAt, drift: shown };
}
