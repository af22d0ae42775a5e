import { createRoute } from '@hono/zod-openapi';
import { abandon } from '../../shared/reconcile/abandon.ts';
import { oneLeaseSchema } from './answers.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { doorFor, findLease, requireTo } from './doors.ts';
import { later } from './later.ts';
import { viewLeases } from './lease-view.ts';
import { refused } from './problem.ts';
import { readBody } from './read-body.ts';
import { answer, bodyOf, byId, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const body = later(() => z.strictObject({ reason: z.string().min(1).max(2000), force: z.boolean().optional() }));

const route = createRoute({
  method: 'post',
  path: '/api/leases/{id}/abandon',
  summary: 'Give a stuck lease up: its rules stay as they are, and are tried no more',
  security: secured,
  request: {
    get params() {
      return byId();
    },
    body: bodyOf(body),
  },
  responses: { 200: answer('It is over, as failed.', oneLeaseSchema), ...otherwise },
});

export function routeAbandon(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const { id: leaseId } = c.req.valid('param');
    const { reason, force = false } = await readBody(c, body());
    const ask = { leaseId, actor: c.get('actor'), reason, isForced: force };
    const door = await doorFor(deps, c.get('person'));
    const lease = await deps.ledger.transaction('abandon', async (tx) => {
      requireTo('administer', await findLease(tx, leaseId, door), door);
      const done = await abandon(tx, ask, deps.schedule);
      // Thrown within the transaction: what was refused leaves nothing behind.
      if ('code' in done) throw refused(done, leaseId);
      return (await viewLeases(tx, [done]))[0];
    });
    if (!lease) throw new Error('a lease was abandoned and cannot be shown');
    const { actor } = ask;
    deps.log.event('warn', 'a lease was abandoned', { leaseId, actor, code: 'ABANDONED' });
    return c.json({ lease }, 200);
  });
}
