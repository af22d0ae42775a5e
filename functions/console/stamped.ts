import { createRoute } from '@hono/zod-openapi';
import type { Listing, NotListed } from '../../shared/reconcile/cloud-port.ts';
import { isGroupGone } from '../../shared/reconcile/groups.ts';
import { formatInstant } from '../../shared/rule/instant.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import { provenStamp, readStamp } from '../../shared/rule/stamp.ts';
import type { Target } from '../../shared/rule/target.ts';
import { AppError } from '../../shared/runtime/app-error.ts';
import { stampedSchema } from './answers.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { knownGroups } from './known-groups.ts';
import type { Described } from './later.ts';
import { answer, otherwise, secured } from './route-parts.ts';

type Stamped = Described<typeof stampedSchema>;

const stamped = createRoute({
  method: 'get',
  path: '/api/stamped',
  summary: 'Every rule in the clouds that bears a stamp of ours',
  description: 'Looks at every known group. What this finds after everything has ended was left behind.',
  security: secured,
  responses: { 200: answer('What was found.', stampedSchema), ...otherwise },
});

export function routeStamped(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(stamped, async (c) => c.json(await findStamped(deps), 200));
}

/** Groups at a time: listings share the quota with the hands, which must not wait. */
const lookersMax = 4;

async function findStamped(deps: ConsoleDeps): Promise<Stamped> {
  const { targets } = await knownGroups(deps);
  const found: Stamped = { groups: targets.length, rules: [], notListed: [] };
  const queue = [...targets];
  const looker = async (): Promise<void> => {
    for (let target = queue.shift(); target; target = queue.shift()) await lookInto(deps, target, found);
  };
  await Promise.all(Array.from({ length: lookersMax }, looker));
  return found;
}

async function lookInto(deps: ConsoleDeps, target: Target, found: Stamped): Promise<void> {
  const look = await describe(deps, target);
  if (look.kind !== 'listed') {
    const isGone = isGroupGone(look);
    if (!isGone) found.notListed.push({ target, code: look.code, message: look.message });
    return;
  }
  for (const listed of look.rules) {
    const stamp = readStamp(listed.description);
    if (!stamp) continue;
    found.rules.push({
      target,
      ruleId: listed.ruleId,
      text: listed.rule ? ruleText(listed.rule) : listed.description,
      description: listed.description,
      proven: provenStamp(target, listed, deps.stampKeys) !== undefined,
      until: formatInstant(stamp.endsAtMs),
    });
  }
}

/** A group of an account that is no longer configured cannot be looked at: that must not pass for empty. */
async function describe(deps: ConsoleDeps, target: Target): Promise<Listing | NotListed> {
  try {
    return await deps.apiFor(target).describe(target);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'NOT_LISTED';
    return {
      kind: 'unknown',
      code,
      message: error instanceof AppError ? error.message : 'the group cannot be looked at',
    };
  }
}
