import { createRoute } from '@hono/zod-openapi';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { doorFor } from './doors.ts';
import { later } from './later.ts';
import { answer, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const may = later(() =>
  z
    .object({ ask: z.boolean(), approve: z.boolean(), audit: z.boolean(), administer: z.boolean() })
    .openapi({ description: 'What the policies allow at all; each lease is decided on by itself.' }),
);

export const meSchema = later(() =>
  z
    .object({
      person: z.object({ id: z.string(), name: z.string().optional(), groups: z.array(z.string()) }),
      may: may(),
      language: z.enum(['en', 'zh']).optional(),
    })
    .openapi('Me'),
);

const route = createRoute({
  method: 'get',
  path: '/api/me',
  summary: 'Who am I, and what may I do?',
  security: secured,
  responses: { 200: answer('Whoever the token or the log-in says.', meSchema), ...otherwise },
});

export function routeMe(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const actor = c.get('person');
    const { id, name, groups, language } = actor;
    const door = await doorFor(deps, actor);
    const able = {
      ask: !door('authorize'),
      approve: !door('approve'),
      audit: !door('audit'),
      administer: !door('administer'),
    };
    return c.json({ person: { id, name, groups: [...groups] }, may: able, language }, 200);
  });
}
