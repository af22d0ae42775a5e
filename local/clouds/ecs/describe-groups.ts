import * as z from 'zod';
import { Refusal } from '../wire/answer.ts';
import type { CallContext, Effect } from './call-context.ts';
import type { Group } from './group.ts';
import { isoSeconds } from './iso-seconds.ts';
import { takePage } from './page.ts';
import { numberParameter } from './parameters.ts';
import { readTags } from './tags.ts';

const IDS_MAX = 100;
const groupIds = z.array(z.string()).max(IDS_MAX);

/** Lists groups. One that does not exist is simply not in the list. */
export function describeGroups(context: CallContext): Effect {
  const { parameters, accountId, regionId, book } = context;
  if (parameters.DryRun?.toLowerCase() === 'true') {
    throw new Refusal(400, 'DryRunOperation', 'Request validation has been passed with DryRun flag set.');
  }
  const groups = book
    .list(accountId, regionId)
    .filter(filterOf(parameters))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const usesTokens = Boolean(parameters.MaxResults || parameters.NextToken);
  return {
    body: {
      RegionId: regionId,
      ...(usesTokens ? byToken(groups, parameters) : byNumber(groups, parameters)),
    },
  };
}

function byToken(groups: readonly Group[], parameters: CallContext['parameters']): Record<string, unknown> {
  const page = takePage(groups, {
    of: 'groups',
    size: numberParameter(parameters, 'MaxResults', { min: 1, max: 100, default: 10 }),
    token: parameters.NextToken,
    keyOf: ({ id }) => id,
  });
  return { NextToken: page.nextToken, SecurityGroups: { SecurityGroup: page.entries.map(shownGroup(parameters)) } };
}

/** The older paging, by numbers, tells the total; the newer does not. */
function byNumber(groups: readonly Group[], parameters: CallContext['parameters']): Record<string, unknown> {
  const number = numberParameter(parameters, 'PageNumber', { min: 1, max: 1_000_000, default: 1 });
  const size = numberParameter(parameters, 'PageSize', { min: 1, max: 100, default: 10 });
  const shown = groups.slice((number - 1) * size, number * size);
  return {
    NextToken: '',
    PageNumber: number,
    PageSize: size,
    TotalCount: groups.length,
    SecurityGroups: { SecurityGroup: shown.map(shownGroup(parameters)) },
  };
}

function filterOf(parameters: CallContext['parameters']): (group: Group) => boolean {
  const ids = parameters.SecurityGroupIds ? readIds(parameters.SecurityGroupIds) : undefined;
  const tags = readTags(parameters);
  const wants = (name: string, value: string) => !parameters[name] || parameters[name] === value;
  return (group) =>
    (ids?.includes(group.id) ?? true) &&
    wants('SecurityGroupId', group.id) &&
    wants('SecurityGroupName', group.name) &&
    wants('SecurityGroupType', group.type) &&
    wants('VpcId', group.vpcId) &&
    wants('ResourceGroupId', group.resourceGroupId) &&
    wants('NetworkType', group.vpcId === '' ? 'classic' : 'vpc') &&
    wants('ServiceManaged', String(group.serviceManaged)) &&
    tags.every(({ key, value }) => group.tags.some((tag) => tag.key === key && (value === '' || tag.value === value)));
}

function readIds(text: string): readonly string[] {
  try {
    return groupIds.parse(JSON.parse(text));
  } catch {
    throw new Refusal(
      400,
      'InvalidParameter.SecurityGroupIds',
      `The parameter "SecurityGroupIds" must be a JSON array of at most ${IDS_MAX} ids.`,
    );
  }
}

/** Instances are counted only where that is asked for. */
const shownGroup = (parameters: CallContext['parameters']) => {
  const isCounted = parameters.IsQueryEcsCount?.toLowerCase() === 'true';
  return (group: Group): Record<string, unknown> => ({
    SecurityGroupId: group.id,
    SecurityGroupName: group.name,
    Description: group.description,
    SecurityGroupType: group.type,
    VpcId: group.vpcId,
    CreationTime: isoSeconds(group.createdAtMs),
    ResourceGroupId: group.resourceGroupId,
    RuleCount: group.rules.length,
    GroupToGroupRuleCount: group.rules.filter(({ peer }) => peer.kind === 'group').length,
    ServiceManaged: group.serviceManaged,
    EcsCount: isCounted ? group.instances : 0,
    AvailableInstanceAmount: 0,
    Tags: { Tag: group.tags.map(({ key, value }) => ({ TagKey: key, TagValue: value })) },
  });
};
