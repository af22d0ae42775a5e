import type { AuthorizationCall, CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { noEndMs } from '../lease/lease.ts';
import type { Asker, Question, Visit } from '../reconcile/policy-port.ts';
import { formatInstant } from '../rule/instant.ts';
import type { EntityBook } from './entity-book.ts';
import { extension, knownRules, ruleContext, setNames } from './rule-context.ts';

/** What the engine is asked; the policies are added by whoever asks. */
export type PolicyCall = Omit<AuthorizationCall, 'policies' | 'schema' | 'validateRequest'>;

const dayMs = 86_400_000;
const everything = { uid: { type: 'Console', id: 'curfew' }, attrs: {}, parents: [] };

/** Actions that are in one of the schema's groups: without a schema at hand the engine has to be told. */
const actionGroups: Readonly<{ [action: string]: string }> = {
  ...{ authorize: 'request', modify: 'request', revoke: 'request', extend: 'request' },
  ...{ approve: 'decide', reject: 'decide' },
};

/** One call for each rule of a request: it is allowed only if each of them is. */
export function questionCalls(book: EntityBook, question: Question): readonly PolicyCall[] {
  const { person, requester = person, target } = question;
  const asked = { ...requestContext(book, question), requester: { __entity: personUid(requester) } };
  const rules = knownRules(question.rules, question.changes);
  return rules.map((rule, index) =>
    call(book, {
      ...{ action: question.action, person, others: [requester], resource: book.group(target) },
      context: {
        ...asked,
        rule: ruleContext(rule),
        rules: rules.length,
        sets: setNames(question.changes[index]?.set),
      },
    }),
  );
}

export function visitCall(book: EntityBook, { action, person, source, nowMs, target, requester }: Visit): PolicyCall {
  const resource = target === undefined ? everything : book.group(target);
  const asked = requester === undefined ? {} : { requester: { __entity: personUid(requester) } };
  const context = { source, now: moment(nowMs, book.offsetMs), ...asked };
  return call(book, { action, person, others: requester ? [requester] : [], resource, context });
}

function requestContext({ offsetMs }: EntityBook, question: Question) {
  const { source, nowMs, startsAtMs, expiresAtMs, reason, ticket, isBreakGlass } = question;
  return {
    ...{ source, isBreakGlass, hasEnd: expiresAtMs !== noEndMs },
    now: moment(nowMs, offsetMs),
    start: moment(startsAtMs, offsetMs),
    duration: extension('duration', `${expiresAtMs - startsAtMs}ms`),
    ...(reason === undefined ? {} : { reason }),
    ...(ticket === undefined ? {} : { ticket: { system: ticket.system, key: ticket.key } }),
  };
}

/** The clocks on the wall at an instant. The epoch began on a Thursday. */
function moment(ms: number, offsetMs: number): CedarValueJson {
  const wallMs = ms + offsetMs;
  const days = Math.floor(wallMs / dayMs);
  return {
    at: extension('datetime', formatInstant(ms)),
    time: extension('duration', `${wallMs - days * dayMs}ms`),
    weekday: ((((days + 3) % 7) + 7) % 7) + 1,
  };
}

type Parts = {
  readonly action: string;
  readonly person: Asker;
  readonly others: readonly Asker[];
  readonly resource: EntityJson;
  readonly context: Record<string, CedarValueJson>;
};

function call(book: EntityBook, { action, person, others, resource, context }: Parts): PolicyCall {
  const group = actionGroups[action];
  const uid = { type: 'Action', id: action };
  const parents = group === undefined ? [] : [{ type: 'Action', id: group }];
  // The requester of a lease may be the same person with other claims: one entity a person, the asker's own.
  const people = [...others, person].map((one) => [one.id, book.person(one)] as const);
  const roots = [{ uid, attrs: {}, parents }, resource, ...new Map(people).values()];
  return { principal: personUid(person), action: uid, resource: resource.uid, context, entities: book.closure(roots) };
}

const personUid = ({ id }: Asker): TypeAndId => ({ type: 'Person', id });
