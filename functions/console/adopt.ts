import { createRoute } from '@hono/zod-openapi';
import { readMessage } from '../../shared/lease/read-message.ts';
import { type AdoptAsk, adopt } from '../../shared/reconcile/adopt.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import { takenSchema } from './answers.ts';
import { messageOf } from './ask.ts';
import { apiSource, type ConsoleApp, type ConsoleDeps } from './console-app.ts';
import { doorFor, requireTo } from './doors.ts';
import { later } from './later.ts';
import { viewLeases } from './lease-view.ts';
import { refused } from './problem.ts';
import { readBody } from './read-body.ts';
import { answer, bodyOf, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const body = later(() =>
  z.strictObject({
    id: z.string().optional(),
    target: z.record(z.string(), z.unknown()),
    securityGroupRuleId: z.string().min(1),
    duration: z.string().optional(),
    expiresAt: z.string().optional(),
    reason: z.string().min(1).max(2000),
    ticket: z.record(z.string(), z.unknown()).optional(),
  }),
);

const route = createRoute({
  method: 'post',
  path: '/api/adopt',
  summary: 'Make a rule that is there ours: it gets our stamp, and is removed at the end',
  security: secured,
  request: { body: bodyOf(body) },
  responses: { 201: answer('Adopted.', takenSchema), 200: answer('Adopted before.', takenSchema), ...otherwise },
});

export function routeAdopt(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const { securityGroupRuleId, ...fields } = await readBody(c, body());
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    // Read as a removal that is put off: whatever is wrong with the words is told as it is told of messages.
    const rules = [{ securityGroupRuleId }];
    const read = readAsk(await messageOf(deps, c.get('actor'), { action: 'revoke', rules }, given));
    requireTo('administer', { target: read.message.target }, await doorFor(deps, c.get('person')));
    const taken = await adopt(deps, { source: apiSource, read });
    if ('code' in taken) throw refused(plain(taken));
    const { error, leaseId, state, isBorrowed: borrowed, isRepeated } = taken;
    if (error && leaseId === null) throw refused(error);
    const [lease] = await deps.ledger.transaction('show', async (tx) =>
      viewLeases(tx, await tx.leases([leaseId ?? ''])),
    );
    if (!lease) throw new Error('a rule was adopted and its lease is not there');
    const result = { id: read.message.id, leaseId, state, borrowed, error };
    return isRepeated ? c.json({ result, lease }, 200) : c.json({ result, lease }, 201);
  });
}

function readAsk(message: unknown): AdoptAsk['read'] {
  const read = readMessage(message);
  if ('code' in read) throw refused(plain(read));
  const { message: ask } = read;
  if (ask.action !== 'revoke') throw new Error('a removal was read as something else');
  if (ask.duration === undefined && ask.expiresAt === undefined) {
    const sentence = 'an end is required: duration (such as PT2H) or expiresAt; what has none is not adopted';
    throw refused(refusal('MISSING_FIELD', sentence, '/duration'));
  }
  return { ...read, message: ask };
}

/** Where the field stands in this body. */
const plain = (why: Refusal): Refusal => ({
  ...why,
  path: why.path.replace(/^\/rules\/0\/securityGroupRuleId$/, '/securityGroupRuleId'),
});
