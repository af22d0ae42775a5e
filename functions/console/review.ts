import { createRoute } from '@hono/zod-openapi';
import { review } from '../../shared/reconcile/review.ts';
import { oneLeaseSchema } from './answers.ts';
import { apiSource, type ConsoleApp, type ConsoleDeps } from './console-app.ts';
import { doorFor, findLease } from './doors.ts';
import { later } from './later.ts';
import { viewLeases } from './lease-view.ts';
import { refused } from './problem.ts';
import { readBody } from './read-body.ts';
import { answer, bodyOf, byId, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const body = later(() => z.strictObject({ reason: z.string().min(1).max(2000) }));

const route = createRoute({
  method: 'post',
  path: '/api/leases/{id}/review',
  summary: 'Say what an emergency was, as somebody who did not ask for it',
  security: secured,
  request: {
    get params() {
      return byId();
    },
    body: bodyOf(body),
  },
  responses: { 200: answer('It is reviewed, now or before.', oneLeaseSchema), ...otherwise },
});

export function routeReview(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const { id: leaseId } = c.req.valid('param');
    const { reason } = await readBody(c, body());
    const person = c.get('person');
    const [decide, door] = await Promise.all([deps.policy(), doorFor(deps, person)]);
    const lease = await deps.ledger.transaction('review', async (tx) => {
      await findLease(tx, leaseId, door);
      const { personOf } = deps;
      const done = await review(tx, { decide, personOf }, { leaseId, source: apiSource, person, reason });
      // Thrown within the transaction: what was refused leaves nothing behind.
      if ('code' in done) throw refused(done, leaseId);
      return (await viewLeases(tx, [done]))[0];
    });
    if (!lease) throw new Error('a lease was reviewed and cannot be shown');
    return c.json({ lease }, 200);
  });
}
