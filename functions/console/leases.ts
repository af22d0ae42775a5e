import { createRoute } from '@hono/zod-openapi';
import { type Lease, leaseStates } from '../../shared/lease/lease.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { LeaseFilter } from '../../shared/reconcile/ledger-rows.ts';
import { refusal } from '../../shared/rule/refusal.ts';
import { leaseListSchema, storySchema, takenSchema } from './answers.ts';
import { ask, leaseMessageOf } from './ask.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { cursorOf, type Place, readCursor } from './cursor.ts';
import { type Door, doorFor } from './doors.ts';
import { type Described, later } from './later.ts';
import { viewLeases } from './lease-view.ts';
import { Problem } from './problem.ts';
import { readObject } from './read-body.ts';
import { answer, bodyNamed, byId, flag, otherwise, secured } from './route-parts.ts';
import { tagOf, tellLease } from './tell-lease.ts';
import * as z from './zod.ts';

const states: ReadonlySet<string> = new Set(leaseStates);
const query = later(() =>
  z.object({
    state: z
      .string()
      .refine((text) => text.split(',').every((one) => states.has(one)), {
        error: `is not one of ${[...states].join(', ')}`,
      })
      .optional()
      .openapi({ description: 'One state, or several with commas between.', example: 'opening,active' }),
    group: z.string().optional().openapi({ example: 'sg-demo-web' }),
    requester: z.string().optional(),
    live: flag().openapi({ description: 'Only those that are not over, or only those that are.' }),
    stuck: flag().openapi({ description: 'true: only those that could not be undone yet.' }),
    review: flag().openapi({ description: 'true: only emergencies that nobody has reviewed yet.' }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
  }),
);
type Query = Described<typeof query>;

const open = createRoute({
  method: 'post',
  path: '/api/leases',
  summary: 'Ask for a lease: rules for a time, or a change to rules that are there',
  description: 'Taken at once, made a moment later. The same id with the same content is the same request.',
  security: secured,
  request: { body: bodyNamed('LeaseRequest') },
  responses: { 201: answer('Taken.', takenSchema), 200: answer('Taken before.', takenSchema), ...otherwise },
});
const list = createRoute({
  method: 'get',
  path: '/api/leases',
  summary: 'Leases, newest first',
  security: secured,
  request: {
    get query() {
      return query();
    },
  },
  responses: { 200: answer('One page of leases.', leaseListSchema), ...otherwise },
});
const show = createRoute({
  method: 'get',
  path: '/api/leases/{id}',
  summary: 'One lease with its story',
  security: secured,
  request: {
    get params() {
      return byId();
    },
  },
  responses: { 200: answer('The lease, and what was written down about it.', storySchema), ...otherwise },
});

export function routeLeases(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(open, async (c) => {
    const message = await leaseMessageOf(deps, c.get('actor'), await readObject(c));
    const { isRepeated, ...taken } = await ask(deps, message, c.get('person'));
    return isRepeated ? c.json(taken, 200) : c.json(taken, 201);
  });
  app.openapi(list, async (c) => {
    const filter = filterOf(c.req.valid('query'));
    const door = await doorFor(deps, c.get('person'));
    return c.json(await deps.ledger.transaction('list', (tx) => page(tx, filter, door)), 200);
  });
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    const door = await doorFor(deps, c.get('person'));
    const told = await deps.ledger.transaction('story', (tx) => tellLease(tx, id, door));
    c.header('etag', tagOf(told));
    return c.json(told, 200);
  });
}

function filterOf({ state, group, requester, live, stuck, review, limit, cursor }: Query): LeaseFilter {
  const before = cursor === undefined ? undefined : readCursor(cursor);
  if (cursor !== undefined && !before) {
    throw new Problem(400, refusal('INVALID_CURSOR', 'this cursor is not one that a page of leases gave', '/cursor'));
  }
  const named = state?.split(',');
  const states = stuck === 'true' ? ['stuck'].filter((one) => named?.includes(one) ?? true) : named;
  const isLive = live === undefined ? undefined : live === 'true';
  const needsReview = review === 'true' || undefined;
  return { states, securityGroupId: group, requester, isLive, needsReview, before, limit };
}

/** Whoever may see few of many leases gets a short page, and goes on from where it ended. */
const batchesMax = 20;

async function page(tx: LedgerTx, { limit, ...filter }: LeaseFilter, door: Door) {
  const seen: Lease[] = [];
  let last: Place | undefined = filter.before;
  let isMore = true;
  for (let batches = 0; isMore && seen.length < limit && batches < batchesMax; batches += 1) {
    // One more than the page holds, to know whether there is a next one.
    const found = await tx.listLeases({ ...filter, before: last, limit: limit + 1 });
    for (const lease of found.slice(0, limit)) {
      if (seen.length === limit) break;
      last = lease;
      if (!door('view', lease)) seen.push(lease);
    }
    isMore = found.length > 0 && found.at(-1)?.id !== last?.id;
  }
  return { leases: await viewLeases(tx, seen), cursor: isMore && last ? cursorOf(last) : undefined };
}
