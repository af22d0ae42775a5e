import { createRoute } from '@hono/zod-openapi';
import { firstRefusal } from '../../shared/lease/read-message.ts';
import { decisionTable } from '../../shared/policy/decision-table.ts';
import { tryDecisions } from '../../shared/policy/try-decisions.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { policySchema, testedSchema } from './policy-answers.ts';
import { refused } from './problem.ts';
import { readObject } from './read-body.ts';
import { answer, bodyOf, otherwise, secured } from './route-parts.ts';

const showRoute = createRoute({
  method: 'get',
  path: '/api/policy',
  summary: 'The policies in force',
  security: secured,
  responses: { 200: answer('Every policy, as it was written.', policySchema), ...otherwise },
});

const testRoute = createRoute({
  method: 'post',
  path: '/api/policy/test',
  summary: 'What the policies in force would decide',
  description:
    'Questions in the words of policy-tests.yaml, one or many. Nothing is asked for: guards and policies judge, the ledger is not looked at.',
  security: secured,
  request: { body: bodyOf(() => decisionTable) },
  responses: { 200: answer('A decision for each.', testedSchema), ...otherwise },
});

export function routePolicy(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(showRoute, async (c) => {
    const { version, list } = await deps.policies();
    const policies = list.map(({ id, effect, annotations, text }) => ({ id, effect, annotations, text }));
    return c.json({ version, policies }, 200);
  });
  app.openapi(testRoute, async (c) => {
    const value = await readObject(c);
    const parsed = decisionTable.safeParse(value);
    if (!parsed.success) throw refused(firstRefusal(parsed.error.issues, value));
    const policies = await deps.policies();
    const nowMs = await deps.ledger.now();
    const results = tryDecisions({ ...policies, guard: deps.guard }, parsed.data, nowMs);
    const failed = results.filter(({ mismatches = [] }) => mismatches.length > 0).length;
    return c.json({ version: policies.version, failed, results: [...results] }, 200);
  });
}
