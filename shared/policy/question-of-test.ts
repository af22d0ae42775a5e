import type { RuleChange } from '../lease/lease.ts';
import { readMessage, windowOf } from '../lease/read-message.ts';
import type { Question, Visit } from '../reconcile/policy-port.ts';
import { parseInstant } from '../rule/instant.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import type { DecisionTable, DecisionTest } from './decision-table.ts';

type Asked = { readonly question: Question } | { readonly visit: Visit };
type Table = Pick<DecisionTable, 'at' | 'rules'>;

const visits = ['view', 'end', 'audit', 'administer'] as const;

/** The question of a test in the form in which acceptance would ask it, or why it would not get so far. */
export function questionOf(test: DecisionTest, table: Table, nowMs: number): Asked | Refusal {
  const atMs = parseInstant(test.at ?? table.at ?? '') ?? nowMs;
  const { source, person, requester } = test;
  const action = visits.find((one) => one === test.action);
  if (action !== undefined) {
    const target = test.target === undefined ? undefined : targetOf(test.target);
    return { visit: { action, person, source, nowMs: atMs, target, requester } };
  }
  const read = readRequest(test, table);
  if ('code' in read) return read;
  const { reason, ticket, approvers, breakGlass: isBreakGlass } = test;
  const about = { ...read, ...windowOf(read.message, atMs), reason, ticket, isBreakGlass };
  const { message: _, ...asked } = about;
  return {
    question: {
      ...asked,
      action: test.action as Question['action'],
      source,
      person,
      requester,
      approvers,
      nowMs: atMs,
    },
  };
}

type Request = {
  readonly target: Target;
  readonly rules: readonly Rule[];
  readonly changes: readonly RuleChange[];
  readonly message: Parameters<typeof windowOf>[0];
};

/** Read as the message that it stands for, so that it means the same. An hour, where it says no end. */
function readRequest(test: DecisionTest, table: Table): Request | Refusal {
  const { startsAt, duration, expiresAt, reason, ticket } = test;
  const action = isAsking(test.action) ? test.action : test.of;
  const hour = duration === undefined && expiresAt === undefined && action === 'authorize' ? { duration: 'PT1H' } : {};
  const value = {
    ...{ version: 1, id: 'test', action, requester: { id: test.person.id }, rules: namedRules(test, table) },
    ...(test.target === undefined ? {} : { target: targetOf(test.target) }),
    ...hour,
    ...defined({ startsAt, duration, expiresAt, reason, ticket }),
  };
  const read = readMessage(value);
  if ('code' in read) return read;
  const { message, rules, changes } = read;
  if (!('target' in message)) return refusal('INVALID_VALUE', 'this asks for nothing', '/action');
  return { target: message.target, rules, changes, message };
}

const isAsking = (action: string): action is 'authorize' | 'modify' | 'revoke' =>
  ['authorize', 'modify', 'revoke'].includes(action);

const namedRules = ({ rules }: DecisionTest, table: Table): readonly unknown[] =>
  rules.map((rule) => (typeof rule === 'string' && Object.hasOwn(table.rules, rule) ? table.rules[rule] : rule));

function targetOf(text: string) {
  const [cloud, account, regionId, securityGroupId] = text.split('/');
  return { cloud, account, regionId, securityGroupId } as Target;
}

const defined = <Fields extends object>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Fields>;
