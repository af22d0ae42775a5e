import { createRoute } from '@hono/zod-openapi';
import { freezeSetting } from '../../shared/reconcile/freeze.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import { freezeSchema } from './answers.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { type Described, later } from './later.ts';
import { exactInstant } from './lease-view.ts';
import { readBody } from './read-body.ts';
import { answer, bodyOf, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const body = later(() => z.strictObject({ reason: z.string().min(1).max(2000).optional() }));
/** What the setting `frozen` holds; null, or nothing, while there is no freeze. */
const stored = later(() => z.object({ by: z.string(), reason: z.string().optional(), atMs: z.number() }));

const base = {
  path: '/api/freeze',
  security: secured,
  responses: { 200: answer('Whether new leases are frozen.', freezeSchema), ...otherwise },
} as const;
const get = createRoute({ ...base, method: 'get', summary: 'Are new leases frozen?' });
const put = createRoute({
  ...base,
  method: 'put',
  summary: 'Freeze: nothing new is taken or opened; endings go on',
  request: { body: bodyOf(body) },
});
const lift = createRoute({ ...base, method: 'delete', summary: 'Lift the freeze' });

export function routeFreeze(app: ConsoleApp, { ledger }: ConsoleDeps): void {
  app.openapi(get, async (c) => c.json(await ledger.transaction('freeze', readFreeze), 200));
  app.openapi(put, async (c) => {
    const { reason } = await readBody(c, body());
    const by = c.get('actor');
    const view = await ledger.transaction('freeze', async (tx) => {
      await tx.setSetting(freezeSetting, { by, reason, atMs: tx.nowMs });
      await tx.appendAudit([{ kind: 'freeze.begun', actor: by, data: { reason } }]);
      return readFreeze(tx);
    });
    return c.json(view, 200);
  });
  app.openapi(lift, async (c) => {
    const view = await ledger.transaction('freeze', async (tx) => {
      const { frozen } = await readFreeze(tx);
      if (!frozen) return { frozen };
      await tx.setSetting(freezeSetting, null);
      await tx.appendAudit([{ kind: 'freeze.lifted', actor: c.get('actor'), data: {} }]);
      return readFreeze(tx);
    });
    return c.json(view, 200);
  });
}

export async function readFreeze(tx: LedgerTx): Promise<Described<typeof freezeSchema>> {
  const value = (await tx.getSetting(freezeSetting)) ?? undefined;
  if (value === undefined) return { frozen: false };
  const known = stored().safeParse(value).data;
  return { frozen: true, by: known?.by, reason: known?.reason, since: known && exactInstant(known.atMs) };
}
