import { createRoute } from '@hono/zod-openapi';
import { askForRights } from '../../shared/reconcile/prove-rights.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { later } from './later.ts';
import { exactInstant } from './lease-view.ts';
import { readBody } from './read-body.ts';
import { answer, bodyOf, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const diagnosisSchema = later(() =>
  z
    .object({
      ok: z.boolean().openapi({ description: 'Nothing has failed.' }),
      checks: z.array(
        z.object({
          name: z.string(),
          verdict: z.enum(['ok', 'warning', 'failed', 'unknown']),
          found: z.string(),
          advice: z.string().optional().openapi({ description: 'What to do.' }),
        }),
      ),
    })
    .openapi('Diagnosis'),
);

const nothing = later(() => z.strictObject({}));
const askedSchema = later(() => z.object({ askedAt: z.string() }).openapi('RightsAsked'));

const route = createRoute({
  method: 'get',
  path: '/api/doctor',
  summary: 'What works and what does not, and what to do about it',
  security: secured,
  responses: { 200: answer('A line for each thing that was looked at.', diagnosisSchema), ...otherwise },
});

const rights = createRoute({
  method: 'post',
  path: '/api/doctor/rights',
  summary: 'Let each hand try what its role may do',
  description:
    'At its next sweep, with requests that can only fail. What comes of it stands in the diagnosis as "rights of …".',
  security: secured,
  request: { body: bodyOf(nothing) },
  responses: { 202: answer('The hands were asked.', askedSchema), ...otherwise },
});

export function routeDoctor(app: ConsoleApp, { examine, ledger }: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const checks = (await examine?.()) ?? [];
    return c.json({ ok: checks.every(({ verdict }) => verdict !== 'failed'), checks: [...checks] }, 200);
  });
  app.openapi(rights, async (c) => {
    await readBody(c, nothing());
    const nowMs = await ledger.transaction('rights', async (tx) => {
      await askForRights(tx);
      return tx.nowMs;
    });
    return c.json({ askedAt: exactInstant(nowMs) }, 202);
  });
}
