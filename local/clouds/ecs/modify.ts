import { Refusal } from '../wire/answer.ts';
import { internalError } from './batch.ts';
import type { CallContext, Effect } from './call-context.ts';
import { changeRule } from './change-rule.ts';
import { checkPeer } from './check-peer.ts';
import type { Group } from './group.ts';
import { readFlatFields, required } from './parameters.ts';
import { identityOf, readRule } from './read-rule.ts';
import type { Direction, Rule } from './rule.ts';
import { readDescription } from './rule-values.ts';
import { writableGroup } from './writable-group.ts';

/** Changes one rule: any of its values by id, only its description if the attributes name it. */
export function modify(direction: Direction, context: CallContext): Effect {
  const group = writableGroup(context);
  const id = context.parameters.SecurityGroupRuleId;
  const changed = id ? modifyById(group, id, direction, context) : modifyByAttributes(group, direction, context);
  return context.stopsHalfway ? { group, refusal: internalError() } : { group: replaceRule(group, changed) };
}

function modifyById(group: Group, id: string, direction: Direction, context: CallContext): Rule {
  const rule = group.rules.find((candidate) => candidate.id === id && candidate.direction === direction);
  if (!rule) {
    throw context.behaviour.modifyMissingById === 'SecurityGroupRule.NotFound'
      ? noSuchRule()
      : new Refusal(404, 'InvalidSecurityGroupRuleId.NotFound', 'The specified SecurityGroupRuleId is not exists.');
  }
  const changed = changeRule(rule, readFlatFields(context.parameters, ['PortRangeListId']), context);
  checkPeer(changed, group, context);
  const identity = identityOf(changed, context.behaviour);
  const isTaken = group.rules.some((other) => other.id !== id && identityOf(other, context.behaviour) === identity);
  if (isTaken) {
    throw new Refusal(400, 'InvalidOperation.RuleDuplicate', 'The specified rule already exists.');
  }
  return changed;
}

function modifyByAttributes(group: Group, direction: Direction, context: CallContext): Rule {
  const { Description: _, ...fields } = readFlatFields(context.parameters, ['PortRangeListId']);
  const spec = readRule(fields, direction, group, context);
  checkPeer(spec, group, context);
  const wanted = identityOf(spec, context.behaviour);
  const description = readDescription(context.parameters.Description ?? required(context.parameters, 'Description'));
  const rule = group.rules.find((candidate) => identityOf(candidate, context.behaviour) === wanted);
  if (!rule) {
    throw noSuchRule();
  }
  return { ...rule, description };
}

function replaceRule(group: Group, changed: Rule): Group {
  return { ...group, rules: group.rules.map((rule) => (rule.id === changed.id ? changed : rule)) };
}

function noSuchRule(): Refusal {
  return new Refusal(404, 'SecurityGroupRule.NotFound', 'The target security group rule do not exist.');
}
