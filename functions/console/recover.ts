import { createRoute } from '@hono/zod-openapi';
import type { GroupFinder } from '../../shared/reconcile/groups.ts';
import { goOnRecovering } from '../../shared/reconcile/recover.ts';
import { beginRecovery, endRecovery, readRecovery } from '../../shared/reconcile/recovery.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { type Described, later } from './later.ts';
import { exactInstant } from './lease-view.ts';
import { readBody } from './read-body.ts';
import { answer, bodyOf, otherwise, secured } from './route-parts.ts';
import { timeBudget } from './time-budget.ts';
import * as z from './zod.ts';

const body = later(() => z.strictObject({}));
const recoverySchema = later(() =>
  z
    .object({
      recovering: z.boolean().openapi({ description: 'Grants are paused until every configured group was looked at.' }),
      incarnation: z.string().optional(),
      by: z.string().optional(),
      since: z.string().optional(),
      groups: z.number().optional().openapi({ description: 'Groups that were looked at.' }),
      recovered: z.number().optional().openapi({ description: 'Rules that got a lease by their stamp.' }),
      failures: z.number().optional().openapi({ description: 'Groups that could not be listed: they come again.' }),
    })
    .openapi('Recovery'),
);

const base = {
  path: '/api/recover',
  security: secured,
  responses: { 200: answer('How the recovery stands.', recoverySchema), ...otherwise },
} as const;
const get = createRoute({ ...base, method: 'get', summary: 'Is the ledger being rebuilt?' });
const post = createRoute({
  ...base,
  method: 'post',
  summary: 'Rebuild the ledger from the stamps in the clouds',
  description: 'After the ledger was lost or restored from a backup. What is not done in time, the timers go on with.',
  request: { body: bodyOf(body) },
});
const stop = createRoute({ ...base, method: 'delete', summary: 'Let grants go on although not every group was seen' });

const noGroups: GroupFinder = async () => ({ targets: [], isWhole: true });

type Status = Described<typeof recoverySchema>;

export function routeRecover(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(get, async (c) => c.json(await statusOf(deps), 200));
  app.openapi(post, async (c) => {
    await readBody(c, body());
    await beginRecovery(deps, c.get('actor'));
    const report = await goOnRecovering({ ...deps, groups: deps.groups ?? noGroups }, timeBudget(deps));
    const { isComplete = true, ...counted } = report ?? {};
    return c.json({ ...(await statusOf(deps)), ...counted, recovering: !isComplete }, 200);
  });
  app.openapi(stop, async (c) => {
    await deps.ledger.transaction('end recovery', (tx) => endRecovery(tx, c.get('actor'), false));
    return c.json(await statusOf(deps), 200);
  });
}

async function statusOf({ ledger }: ConsoleDeps): Promise<Status> {
  const recovery = await ledger.transaction('recovery', readRecovery);
  if (!recovery) return { recovering: false };
  const { incarnation, by, sinceMs, groups, recovered, failures } = recovery;
  return { recovering: true, incarnation, by, since: exactInstant(sinceMs), groups, recovered, failures };
}
