import { createRoute, z } from '@hono/zod-openapi';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { answer, otherwise, secured } from './route-parts.ts';

const diagnosisSchema = z
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
  .openapi('Diagnosis');

const route = createRoute({
  method: 'get',
  path: '/api/doctor',
  summary: 'What works and what does not, and what to do about it',
  security: secured,
  responses: { 200: answer('A line for each thing that was looked at.', diagnosisSchema), ...otherwise },
});

export function routeDoctor(app: ConsoleApp, { examine }: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const checks = (await examine?.()) ?? [];
    return c.json({ ok: checks.every(({ verdict }) => verdict !== 'failed'), checks: [...checks] }, 200);
  });
}
