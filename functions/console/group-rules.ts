import { createRoute } from '@hono/zod-openapi';
import { firstRefusal } from '../../shared/lease/read-message.ts';
import { identify } from '../../shared/reconcile/ownership.ts';
import { formatInstant } from '../../shared/rule/instant.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import { type Target, targetSchema } from '../../shared/rule/target.ts';
import { groupRulesSchema } from './answers.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { doorFor, requireTo } from './doors.ts';
import { type Described, later } from './later.ts';
import { groupNotFound, lookAt } from './look-at.ts';
import { Problem, refused } from './problem.ts';
import { answer, otherwise, secured } from './route-parts.ts';
import * as z from './zod.ts';

const query = later(() =>
  z.object({
    cloud: z.string().default('ecs').openapi({ example: 'ecs' }),
    account: z.string().default('default').openapi({ example: 'default' }),
    regionId: z.string().openapi({ example: 'cn-hangzhou' }),
    securityGroupId: z.string().openapi({ example: 'sg-demo-web' }),
  }),
);

const route = createRoute({
  method: 'get',
  path: '/api/groups/rules',
  summary: 'The rules that a security group has now, as its cloud lists them',
  description: 'To choose one that is to be changed or removed for a time. It asks the cloud: no part of the ledger.',
  security: secured,
  request: {
    get query() {
      return query();
    },
  },
  responses: { 200: answer('Every rule of the group, ours and those of others.', groupRulesSchema), ...otherwise },
});

export function routeGroupRules(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(route, async (c) => {
    const target = targetFrom(c.req.valid('query'));
    const no = deps.serves('authorize', target);
    if (no) throw refused(no);
    requireTo('view', { target }, await doorFor(deps, c.get('person')));
    const look = await lookAt(deps, target);
    if (!look) throw new Problem(404, groupNotFound());
    const rules = identify(target, look.rules, deps.stampKeys).map(({ listed, stamp }) => ({
      ruleId: listed.ruleId,
      rule: listed.rule,
      text: listed.rule ? ruleText(listed.rule) : listed.description,
      description: listed.description,
      ours: stamp !== undefined,
      until: stamp && formatInstant(stamp.endsAtMs),
    }));
    return c.json({ target, rules }, 200);
  });
}

function targetFrom(given: Described<typeof query>): Target {
  const parsed = targetSchema.safeParse(given);
  if (!parsed.success) throw new Problem(400, firstRefusal(parsed.error.issues, given));
  return parsed.data;
}
