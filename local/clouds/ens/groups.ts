import type { Effect } from '../ecs/call-context.ts';
import { emptyGroup, type Group } from '../ecs/group.ts';
import { isoSeconds } from '../ecs/iso-seconds.ts';
import { randomName } from '../wire/random-ids.ts';
import { addRules, readSpecs } from './authorize.ts';
import { CENTRAL, type EnsContext, ensPlace, namedGroup } from './call-context.ts';
import { invalid } from './refusals.ts';

const PAGE_SIZE_MAX = 100;

/** Creates a group, with rules if the call brings some: both or neither. */
export function createGroup(context: EnsContext): Effect {
  const { parameters, accountId, nowMs, random } = context;
  const id = `sg-${randomName(random, 20)}`;
  const { SecurityGroupName: name = '', Description: description = '' } = parameters;
  const empty = emptyGroup({ ...ensPlace, accountId, id, name, description, createdAtMs: nowMs });
  if (!parameters.Permissions) {
    return { group: empty, body: { SecurityGroupId: id } };
  }
  const filled = addRules(empty, readSpecs(parameters.Permissions, context), context);
  return filled.refusal ? { refusal: filled.refusal } : { ...filled, body: { SecurityGroupId: id } };
}

/** Deletes a group with its rules. No rule can name another group here, so nothing stands in the way. */
export function deleteGroup(context: EnsContext): Effect {
  return { group: namedGroup(context), removed: true };
}

/** Lists groups by pages. One that does not exist is simply not in the list. */
export function describeGroups({ parameters, accountId, book }: EnsContext): Effect {
  const wants = (name: string, value: string) => !parameters[name] || parameters[name] === value;
  const groups = book
    .list(accountId, CENTRAL)
    .filter((group) => wants('SecurityGroupId', group.id) && wants('SecurityGroupName', group.name))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const number = wholeNumber(parameters, 'PageNumber', { max: 1_000_000, default: 1 });
  const size = wholeNumber(parameters, 'PageSize', { max: PAGE_SIZE_MAX, default: 10 });
  return {
    body: {
      PageNumber: number,
      PageSize: size,
      TotalCount: groups.length,
      SecurityGroups: { SecurityGroup: groups.slice((number - 1) * size, number * size).map(shownGroup) },
    },
  };
}

function shownGroup({ id, name, description, createdAtMs }: Group): Record<string, unknown> {
  return {
    SecurityGroupId: id,
    SecurityGroupName: name,
    Description: description,
    CreationTime: isoSeconds(createdAtMs),
    InstanceCount: 0,
  };
}

function wholeNumber(
  parameters: EnsContext['parameters'],
  name: string,
  bounds: { readonly max: number; readonly default: number },
): number {
  const text = parameters[name];
  if (!text) {
    return bounds.default;
  }
  const value = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (value > bounds.max) {
    throw invalid(name);
  }
  return value;
}
