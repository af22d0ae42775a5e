import * as z from 'zod/mini';
import type { Listing, NotListed } from '../../reconcile/cloud-port.ts';
import type { Target } from '../../rule/target.ts';
import { rawPermission } from '../raw-permission.ts';
import { readAgain } from '../read-again.ts';
import type { ApsaraCaller } from './apsara-caller.ts';

/** A listing that does not end is not to be believed. */
const pagesMax = 200;

const page = z.object({
  SecurityGroupId: z.string(),
  VpcId: z.optional(z.string()),
  NextToken: z.optional(z.string()),
  Permissions: z.object({ Permission: z.array(z.unknown()) }),
});
type Page = z.infer<typeof page>;
type Side = { readonly kind: 'side'; readonly pages: readonly Page[]; readonly requestIds: readonly string[] };

/**
 * Every rule of a group, or none: a part of it would say that the rest does not exist. A group of the classic network
 * keeps two sides, and each is listed on its own. Older stacks have no pages and never name a next one.
 */
export async function listRules(caller: ApsaraCaller, target: Target): Promise<Listing | NotListed> {
  const intranet = await listSide(caller, target, 'intranet');
  if (intranet.kind !== 'side') return intranet;
  const isClassic = intranet.pages.some(({ VpcId }) => VpcId === '');
  const internet = isClassic ? await listSide(caller, target, 'internet') : undefined;
  if (internet && internet.kind !== 'side') return internet;
  const pages = [...intranet.pages, ...(internet?.pages ?? [])];
  const rules = pages.flatMap(({ Permissions }) => Permissions.Permission).map(rawPermission);
  return { kind: 'listed', rules, requestIds: [...intranet.requestIds, ...(internet?.requestIds ?? [])] };
}

async function listSide(
  caller: ApsaraCaller,
  { regionId, securityGroupId }: Target,
  nicType: 'intranet' | 'internet',
): Promise<Side | NotListed> {
  const which = { RegionId: regionId, SecurityGroupId: securityGroupId, Direction: 'all', NicType: nicType };
  const [pages, requestIds]: [Page[], string[]] = [[], []];
  let nextToken: string | undefined;
  do {
    const parameters = { ...which, ...(nextToken ? { NextToken: nextToken } : {}) };
    const answer = await readAgain(() => caller('describe', 'DescribeSecurityGroupAttribute', parameters));
    if (answer.kind !== 'answered') return answer;
    const read = page.safeParse(answer.body);
    // What names another group, or shows no list at all, must not pass for an empty group.
    if (!read.success || read.data.SecurityGroupId !== securityGroupId) {
      return unknown('MALFORMED_LISTING', 'the answer is not a listing of this group');
    }
    if (pages.length >= pagesMax) return unknown('ENDLESS_LISTING', 'the pages of the listing do not end');
    pages.push(read.data);
    requestIds.push(answer.requestId);
    nextToken = read.data.NextToken || undefined;
  } while (nextToken !== undefined);
  return { kind: 'side', pages, requestIds };
}

const unknown = (code: string, message: string): NotListed => ({ kind: 'unknown', code, message });
