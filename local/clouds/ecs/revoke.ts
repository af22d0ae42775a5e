import { Refusal } from '../wire/answer.ts';
import { refuseDuplicates, runBatch } from './batch.ts';
import type { EcsBehaviour } from './behaviour.ts';
import type { CallContext, Effect } from './call-context.ts';
import { checkPeer } from './check-peer.ts';
import type { Group } from './group.ts';
import { type RuleFields, readSelection } from './parameters.ts';
import { identityOf, readRule } from './read-rule.ts';
import type { Direction, RuleSpec } from './rule.ts';
import { writableGroup } from './writable-group.ts';

/** Removes rules by id, or by everything that makes their identity (Priority 1 and accept if unsaid). */
export function revoke(direction: Direction, context: CallContext): Effect {
  const selection = readSelection(context.parameters, true);
  const group = writableGroup(context);
  if (selection.kind === 'ids') {
    return runBatch(group, selection.ids, (current, id) => removeById(current, id, direction, context), context);
  }

  const specs = selection.entries.map((fields) => readRule(withoutDescription(fields), direction, group, context));
  refuseDuplicates(specs.map((spec) => identityOf(spec, context.behaviour)));
  const whenMissing =
    selection.kind === 'flat' ? context.behaviour.revokeMissingByFlat : context.behaviour.revokeMissingByPermissions;
  return runBatch(group, specs, (current, spec) => removeByFields(current, spec, whenMissing, context), context);
}

function removeByFields(
  group: Group,
  spec: RuleSpec,
  whenMissing: EcsBehaviour['revokeMissingByFlat'],
  context: CallContext,
): Group {
  const identity = identityOf(spec, context.behaviour);
  const rules = group.rules.filter((rule) => identityOf(rule, context.behaviour) !== identity);
  if (rules.length < group.rules.length) {
    return { ...group, rules };
  }
  // Looked at only where nothing matches: a rule that names a group can always be removed.
  checkPeer(spec, group, context);
  if (whenMissing === 'ok') {
    return group;
  }
  throw whenMissing === 'RuleNotExist' ? ruleNotExist() : noSuchItem();
}

/** A revoke takes a description and ignores it, whatever it is. */
function withoutDescription(fields: RuleFields): RuleFields {
  const { Description: _, ...rest } = fields;
  return rest;
}

function removeById(group: Group, id: string, direction: Direction, { behaviour }: CallContext): Group {
  if (!id.startsWith('sgr-')) {
    throw unknownId(id);
  }
  const rules = group.rules.filter((rule) => rule.id !== id || rule.direction !== direction);
  if (rules.length < group.rules.length) {
    return { ...group, rules };
  }
  switch (behaviour.revokeMissingById) {
    case 'ok':
      return group;
    case 'documented':
      throw direction === 'ingress' ? unknownId(id) : ruleNotExist();
    case 'InvalidParam.SecurityGroupRuleId':
      throw unknownId(id);
    case 'InvalidSecurityGroupRule.RuleNotExist':
      throw ruleNotExist();
    case 'InvalidSecurityGroupRuleId.NotFound':
      throw new Refusal(404, 'InvalidSecurityGroupRuleId.NotFound', 'The specified SecurityGroupRuleId is not exists.');
  }
}

function unknownId(id: string): Refusal {
  return new Refusal(
    400,
    'InvalidParam.SecurityGroupRuleId',
    `The specified parameter SecurityGroupRuleId ${id} is not valid.`,
  );
}

function ruleNotExist(): Refusal {
  return new Refusal(400, 'InvalidSecurityGroupRule.RuleNotExist', 'The specified rule does not exist.');
}

function noSuchItem(): Refusal {
  return new Refusal(
    403,
    'InvalidGroupAuthItem.NotFound',
    'Specified group authorized item does not exist in our records.',
  );
}
