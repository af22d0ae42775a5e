import { runBatch } from '../ecs/batch.ts';
import type { Effect } from '../ecs/call-context.ts';
import type { Group } from '../ecs/group.ts';
import { identityOf } from '../ecs/read-rule.ts';
import type { Direction, RuleSpec } from '../ecs/rule.ts';
import { type EnsContext, namedGroup } from './call-context.ts';
import { readFlat, readPermissions } from './entries.ts';
import { specOf, specOfFlat } from './read-spec.ts';
import { interfaceError, notThere, unfit } from './refusals.ts';

/** Removes one rule by its attributes: Priority 1 and accept if unsaid. */
export function revokeFlat(direction: Direction, context: EnsContext): Effect {
  const { parameters, behaviour } = context;
  const spec = specOfFlat(direction, readFlat(parameters, behaviour), behaviour);
  return removeRules(namedGroup(context), [spec], context);
}

/** Removes a batch of rules by their attributes. There are no ids to name them by. */
export function deletePermissions(context: EnsContext): Effect {
  const { parameters, behaviour } = context;
  const entries = readPermissions(parameters.Permissions, behaviour);
  if (behaviour.deleteDescription === 'InvalidParameter' && entries.some((entry) => entry.Description !== undefined)) {
    throw unfit('Description is not a field of this operation');
  }
  const specs = entries.map((entry) => specOf(entry, behaviour));
  return removeRules(namedGroup(context), specs, context);
}

function removeRules(group: Group, specs: readonly RuleSpec[], context: EnsContext): Effect {
  return runBatch(group, specs, (current, spec) => removeRule(current, spec, context), context, interfaceError);
}

function removeRule(group: Group, spec: RuleSpec, { behaviour }: EnsContext): Group {
  const { hostBitsAreIdentity, revokeMatches, revokeMissing } = behaviour;
  const compared = { hostBitsAreIdentity, priorityIsIdentity: revokeMatches === 'exact' };
  const identity = identityOf(spec, compared);
  const rules = group.rules.filter((rule) => identityOf(rule, compared) !== identity);
  if (rules.length < group.rules.length) {
    return { ...group, rules };
  }
  if (revokeMissing !== 'ok') {
    throw notThere(revokeMissing);
  }
  return group;
}
