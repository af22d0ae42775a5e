import { createRoute } from '@hono/zod-openapi';
import { receive } from '../../shared/reconcile/receive.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import { endedSchema, takenSchema } from './answers.ts';
import { ask, messageOf, newIds } from './ask.ts';
import { type Actor, apiSource, type ConsoleApp, type ConsoleDeps } from './console-app.ts';
import { type Door, doorFor, doorOut, findLease, requireTo } from './doors.ts';
import { type Described, later } from './later.ts';
import { refused } from './problem.ts';
import { readBody, readObject } from './read-body.ts';
import { answer, bodyNamed, bodyOf, byId, otherwise, secured } from './route-parts.ts';
import { stalenessOf } from './tell-lease.ts';
import * as z from './zod.ts';

const endManyBody = later(() =>
  z.strictObject({
    all: z.literal(true).optional(),
    group: z.string().min(1).optional(),
    requester: z.string().min(1).optional(),
    reason: z.string().min(1).max(2000).optional(),
  }),
);
type Which = Described<typeof endManyBody>;

const summaries = {
  extend: 'Move its end away',
  shorten: 'Bring its end nearer',
  end: 'End it now',
  approve: 'Approve it, as somebody who did not ask for it',
  reject: 'Refuse it while it waits for approval',
} as const;

const endMany = createRoute({
  method: 'post',
  path: '/api/leases/end',
  summary: 'End every live lease: all, of a group, or of a person',
  security: secured,
  request: { body: bodyOf(endManyBody) },
  responses: { 200: answer('Those that were told to end.', endedSchema), ...otherwise },
});
const change = (action: keyof typeof summaries, summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/leases/{id}/${action}`,
    summary,
    security: secured,
    request: {
      get params() {
        return byId();
      },
      body: bodyNamed(`${action.charAt(0).toUpperCase()}${action.slice(1)}Request`),
    },
    responses: { 200: answer('Done, now or before.', takenSchema), ...otherwise },
  });

export function routeChanges(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(endMany, async (c) => {
    const which = await readBody(c, endManyBody());
    return c.json(await endAll(deps, c.get('actor'), which, await doorOut(deps, c.get('person'))), 200);
  });
  for (const action of ['extend', 'shorten', 'end', 'approve', 'reject'] as const) {
    app.openapi(change(action, summaries[action]), async (c) => {
      const { id: leaseId } = c.req.valid('param');
      const door = await reach(deps, c.get('person'), leaseId, action);
      const staleness = stalenessOf(c.req.header('if-match'), leaseId, door);
      const message = await messageOf(deps, c.get('actor'), { action, leaseId }, await readObject(c));
      const { result, lease } = await ask(deps, message, { ...c.get('person'), staleness });
      return c.json({ result, lease }, 200);
    });
  }
}

/** Whether this person may do it; whether more may be open for longer is decided when it is accepted. */
async function reach(deps: ConsoleDeps, person: Actor, id: string, action: keyof typeof summaries): Promise<Door> {
  const isSooner = action === 'end' || action === 'shorten';
  const door = isSooner ? await doorOut(deps, person) : await doorFor(deps, person);
  const lease = await deps.ledger.transaction('reach', (tx) => findLease(tx, id, door));
  if (isSooner) requireTo('end', lease, door);
  return door;
}

const pageSize = 200;

/** Page by page, each lease in a transaction of its own: one that cannot be ended keeps no other from it. */
async function endAll(
  deps: ConsoleDeps,
  actor: string,
  which: Which,
  door: Door,
): Promise<Described<typeof endedSchema>> {
  const { all, group, requester, reason } = which;
  if ([all, group, requester].filter((one) => one !== undefined).length !== 1) {
    throw refused(refusal('WHICH_LEASES', 'say which: exactly one of all (true), group and requester'));
  }
  const ended: string[] = [];
  const failed: { leaseId: string; error: Refusal }[] = [];
  const filter = { isLive: true, securityGroupId: group, requester, limit: pageSize };
  let before: { createdAtMs: number; id: string } | undefined;
  do {
    const found = await deps.ledger.transaction('live', (tx) => tx.listLeases({ ...filter, before }));
    const leases = found.filter((lease) => !door('view', lease) && !door('end', lease));
    const ids = await newIds(deps, leases.length);
    const messages = leases.map(({ id: leaseId }, index) => {
      const message = { version: 1, action: 'end', id: ids[index], leaseId, reason, requester: { id: actor } };
      return { source: apiSource, reach: 'all', value: JSON.parse(JSON.stringify(message)) as unknown } as const;
    });
    const { results } = await receive(deps, undefined, messages);
    for (const [index, { id: leaseId }] of leases.entries()) {
      const error = results[index]?.error;
      if (error) failed.push({ leaseId, error });
      else ended.push(leaseId);
    }
    before = found.length < pageSize ? undefined : found.at(-1);
  } while (before);
  return { ended, count: ended.length, failed };
}
