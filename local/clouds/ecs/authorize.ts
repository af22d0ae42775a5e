import { Refusal } from '../wire/answer.ts';
import { randomName } from '../wire/random-ids.ts';
import { refuseDuplicates, runBatch } from './batch.ts';
import type { CallContext, Effect } from './call-context.ts';
import { checkPeer } from './check-peer.ts';
import type { Group } from './group.ts';
import { readSelection } from './parameters.ts';
import { identityOf, readRule } from './read-rule.ts';
import type { Direction, RuleSpec } from './rule.ts';
import { writableGroup } from './writable-group.ts';

/**
 * Adds rules. One that is there already is passed over in silence: the answer is 200, nothing is
 * added, and the description of the existing one stays, unless a switch says otherwise.
 */
export function authorize(direction: Direction, context: CallContext): Effect {
  const selection = readSelection(context.parameters, false);
  const group = writableGroup(context);
  const entries = selection.kind === 'ids' ? [] : selection.entries;
  const specs = entries.map((fields) => readRule(fields, direction, group, context));
  refuseDuplicates(specs.map((spec) => identityOf(spec, context.behaviour)));

  const present = new Set(group.rules.map((rule) => identityOf(rule, context.behaviour)));
  return runBatch(
    group,
    specs,
    (current, spec) => {
      checkPeer(spec, current, context);
      return present.has(identityOf(spec, context.behaviour))
        ? passOver(current, spec, context)
        : addRule(current, spec, context);
    },
    context,
  );
}

function passOver(group: Group, spec: RuleSpec, { behaviour }: CallContext): Group {
  if (behaviour.existingDescription === 'kept' || spec.description === '') {
    return group;
  }
  const identity = identityOf(spec, behaviour);
  const { description } = spec;
  return {
    ...group,
    rules: group.rules.map((rule) => (identityOf(rule, behaviour) === identity ? { ...rule, description } : rule)),
  };
}

function addRule(group: Group, spec: RuleSpec, { behaviour, nowMs, random }: CallContext): Group {
  if (group.rules.length >= behaviour.rulesPerGroupMax) {
    throw new Refusal(
      403,
      'AuthorizationLimitExceed',
      'The limit of authorization records in the security group reaches.',
    );
  }
  const groupPeers = group.rules.filter(({ peer }) => peer.kind === 'group').length;
  if (spec.peer.kind === 'group' && groupPeers >= behaviour.groupRulesMax) {
    throw new Refusal(
      400,
      'AuthorizedGroupRule.LimitExceed',
      'The limit of authorized group rules in the security group reaches.',
    );
  }
  const rule = { ...spec, id: newRuleId(group, random), sequence: group.nextSequence, createdAtMs: nowMs };
  return { ...group, rules: [...group.rules, rule], nextSequence: group.nextSequence + 1 };
}

function newRuleId(group: Group, random: () => number): string {
  const id = `sgr-${randomName(random, 17)}`;
  return group.rules.some((rule) => rule.id === id) ? newRuleId(group, random) : id;
}
