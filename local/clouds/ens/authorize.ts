import { runBatch } from '../ecs/batch.ts';
import type { Effect } from '../ecs/call-context.ts';
import type { Group } from '../ecs/group.ts';
import { identityOf } from '../ecs/read-rule.ts';
import type { Direction, RuleSpec } from '../ecs/rule.ts';
import { randomName } from '../wire/random-ids.ts';
import { type EnsContext, namedGroup } from './call-context.ts';
import { readFlat, readPermissions } from './entries.ts';
import { specOf, specOfFlat } from './read-spec.ts';
import { duplicated, interfaceError, limitExceeded, unfit } from './refusals.ts';

/** Adds one rule. Unlike on ECS, a rule that is there already is an error. */
export function authorizeFlat(direction: Direction, context: EnsContext): Effect {
  const { parameters, behaviour } = context;
  const spec = specOfFlat(direction, readFlat(parameters, behaviour), behaviour);
  return addRules(namedGroup(context), [described(spec, behaviour.flatDescription)], context);
}

/** Adds a batch of rules of both directions. */
export function createPermissions(context: EnsContext): Effect {
  return addRules(namedGroup(context), readSpecs(context.parameters.Permissions, context), context);
}

export function readSpecs(text: string | undefined, { behaviour }: EnsContext): readonly RuleSpec[] {
  return readPermissions(text, behaviour).map((entry) => described(specOf(entry, behaviour), behaviour.descriptions));
}

export function addRules(group: Group, specs: readonly RuleSpec[], context: EnsContext): Effect {
  return runBatch(group, specs, (current, spec) => addRule(current, spec, context), context, interfaceError);
}

function addRule(group: Group, spec: RuleSpec, { behaviour, nowMs, random }: EnsContext): Group {
  const identity = identityOf(spec, behaviour);
  if (group.rules.some((rule) => identityOf(rule, behaviour) === identity)) {
    throw duplicated();
  }
  if (group.rules.length >= behaviour.rulesPerGroupMax) {
    throw limitExceeded();
  }
  // The id is never shown: this cloud has none. It only tells stored rules apart.
  const rule = { ...spec, id: randomName(random, 17), sequence: group.nextSequence, createdAtMs: nowMs };
  return { ...group, rules: [...group.rules, rule], nextSequence: group.nextSequence + 1 };
}

function described(spec: RuleSpec, descriptions: 'kept' | 'ignored' | 'InvalidParameter'): RuleSpec {
  if (spec.description !== '' && descriptions === 'InvalidParameter') {
    throw unfit('Description is not a field of this operation');
  }
  return descriptions === 'kept' ? spec : { ...spec, description: '' };
}
