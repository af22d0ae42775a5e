import type { Listing, NotListed } from '../../reconcile/cloud-port.ts';
import type { ListedRule, Rule } from '../../rule/rule.ts';
import type { Target } from '../../rule/target.ts';
import type { EcsCaller } from './ecs-caller.ts';
import { listPages, type Pages } from './list-pages.ts';
import { listedRule } from './listed-rule.ts';
import type { EcsClient } from './sdk.ts';

const pageSizeMax = 1000;

type Body = NonNullable<Awaited<ReturnType<EcsClient['describeSecurityGroupAttribute']>>['body']>;

/**
 * Every rule of a group. In a VPC one listing has them all; a group of the classic network keeps two sides, and
 * each is listed on its own.
 */
export async function listRules(caller: EcsCaller, target: Target): Promise<Listing | NotListed> {
  const intranet = await listSide(caller, target, 'intranet');
  if (intranet.kind !== 'pages') return intranet;
  const isClassic = intranet.bodies.some((body) => body.vpcId === '');
  const internet = isClassic ? await listSide(caller, target, 'internet') : undefined;
  if (internet && internet.kind !== 'pages') return internet;
  const bodies = [...intranet.bodies, ...(internet?.bodies ?? [])];
  const permissions = bodies.map((body) => permissionsOf(body, target));
  if (permissions.some((page) => page === undefined)) {
    return { kind: 'unknown', code: 'MALFORMED_LISTING', message: 'the answer is not a listing of this group' };
  }
  const rules = permissions.flatMap((page) => page ?? []).map(listedRule);
  return {
    kind: 'listed',
    rules: withoutRepeats(rules),
    requestIds: [...intranet.requestIds, ...(internet?.requestIds ?? [])],
  };
}

async function listSide(
  caller: EcsCaller,
  { regionId, securityGroupId }: Target,
  nicType: Rule['nicType'],
): Promise<Pages<Body> | NotListed> {
  return listPages(caller, (nextToken) => (client, sdk) => {
    const which = { regionId, securityGroupId, direction: 'all', nicType, maxResults: pageSizeMax };
    return client.describeSecurityGroupAttribute(
      new sdk.DescribeSecurityGroupAttributeRequest({ ...which, ...(nextToken ? { nextToken } : {}) }),
    );
  });
}

/** An answer that names another group, or shows no list at all, must not pass for an empty group. */
function permissionsOf(body: Body, { securityGroupId }: Target) {
  return body.securityGroupId === securityGroupId ? body.permissions?.permission : undefined;
}

/** A rule that was moved to a later page while we read is listed twice. */
function withoutRepeats(rules: readonly ListedRule[]): readonly ListedRule[] {
  const ids = new Set<string>();
  return rules.filter(({ ruleId }) => {
    if (ruleId === undefined) return true;
    const isNew = !ids.has(ruleId);
    ids.add(ruleId);
    return isNew;
  });
}
