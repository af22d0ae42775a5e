import { createRoute } from '@hono/zod-openapi';
import { targetSchema } from './answers.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { knownGroups } from './known-groups.ts';
import { later } from './later.ts';
import { answer, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const groupsSchema = later(() =>
  z
    .object({
      groups: z.array(targetSchema()),
      isWhole: z.boolean().openapi({ description: 'false: an account could not be asked, and some may be missing.' }),
    })
    .openapi('Groups'),
);

const route = createRoute({
  method: 'get',
  path: '/api/groups',
  summary: 'The security groups that rules can be asked for in',
  description: 'Those of accounts.yaml, and those that the ledger knows.',
  security: secured,
  responses: { 200: answer('Each group once, in the order of their names.', groupsSchema), ...otherwise },
});

export function routeGroups(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const { targets, isWhole } = await knownGroups(deps);
    return c.json({ groups: [...targets], isWhole }, 200);
  });
}
