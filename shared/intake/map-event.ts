import { createHash } from 'node:crypto';
import { bare, evaluate } from '../config/expression.ts';
import type { EventRule, Fields, Template } from '../config/hook-sources.ts';
import type { HookSource } from '../config/sources-config.ts';
import { durationOf } from '../lease/short-duration.ts';
import { canonicalJson } from '../rule/canonical-json.ts';
import { hasPorts, noPorts } from '../rule/port-range.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { peerOf, portRangeOf, sideOf } from '../rule/short-forms.ts';
import { own } from './own.ts';
import type { Event, System } from './system.ts';

/** What sources.yaml makes of an event: the headers, and the form that was fetched for it. */
export type Context = {
  readonly headers: Readonly<Record<string, string>>;
  readonly instance?: unknown;
  readonly deliveryId?: string | undefined;
};

/** They take back; they are never kept from doing so by having been seen before. */
export const isEnding = (action: EventRule['action']): boolean => ['end', 'reject', 'shorten'].includes(action);
const isAsking = (action: EventRule['action']): boolean => ['authorize', 'modify', 'revoke'].includes(action);

/** The first rule that an event meets, or why it meets none. A condition that cannot be judged is not met. */
export function matchEvent(
  source: HookSource,
  event: Event,
  { headers }: Pick<Context, 'headers'>,
): EventRule | { readonly ignored: string } {
  const document = bare(event);
  const failed: string[] = [];
  for (const [index, rule] of source.events.entries()) {
    try {
      if (isTrue(evaluate(rule.when, document, { headers }))) return rule;
    } catch (error) {
      failed.push(`number ${index + 1} (${rule.action}) cannot be judged: ${messageOf(error)}`);
    }
  }
  const about = nameOf(event);
  const ignored = `none of the events in sources.yaml is ${about === '' ? 'this one' : `this one (${about})`}`;
  return { ignored: [ignored, ...failed].join('; ').slice(0, 500) };
}

/** What systems call their events, for the reason that a person reads. */
const nameFields = [
  'webhookEvent',
  'issue_event_type_name',
  'object_kind',
  'event_name',
  'EventType',
  'type',
  'action',
];
const nameOf = (event: Event): string =>
  nameFields
    .map((field) => own(event, field))
    .filter((name): name is string => typeof name === 'string' && /^[\w:.-]{1,64}$/.test(name))
    .join(', ');

/** As JMESPath has it: nothing, false and what is empty are false. */
const isTrue = (value: unknown): boolean =>
  value !== null && value !== false && value !== '' && !(typeof value === 'object' && Object.keys(value).length === 0);

/**
 * The message that an event stands for. It is not judged here, but for the ticket's id: the digest of the event is
 * part of the ids of later messages, so that one event is one message however often it comes.
 */
export function mapEvent(
  system: System,
  source: HookSource,
  rule: EventRule,
  event: Event,
  context: Context,
): { readonly value: Record<string, unknown> } | Refusal {
  const fields: Fields = { ...system.defaults, ...source.fields, ...rule.fields };
  const finder = finderOf(event, system.people(event, context.instance), context);
  const id = text(finder.find('id', fields.id));
  const wrong = idProblem(id, source.idForm ?? system.idForm);
  if (wrong) return wrong;
  const value = isAsking(rule.action)
    ? askOf(finder, fields, { source, rule, id: id ?? '' })
    : laterOf(finder, fields, rule, id ?? '', eventId(rule, id ?? '', event, context));
  return finder.refusals[0] ?? { value };
}

/** The event's own digest: the same in whatever envelope, and with whatever headers, it comes. */
export const digestOf = (event: Event): string => createHash('sha256').update(canonicalJson(event)).digest('hex');

function eventId({ action }: EventRule, id: string, event: Event, { deliveryId }: Context): string {
  // Nothing proves a delivery's id, so only endings count by it: what asks must not be repeated under a new one.
  const parts = [action, id, digestOf(event), ...(isEnding(action) ? [deliveryId ?? ''] : [])];
  return `${id.slice(0, 80)}/${action}/${createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 16)}`;
}

function idProblem(id: string | undefined, form: string): Refusal | undefined {
  if (id === undefined)
    return refusal('MISSING_FIELD', 'the event names no ticket: see fields.id in sources.yaml', '/id');
  if (new RegExp(`^(?:${form})$`).test(id)) return undefined;
  return refusal('INVALID_TICKET_ID', `the ticket's id has not the form that this source's ids have: ${form}`, '/id');
}

type Finder = {
  readonly find: (name: string, template: Template | undefined) => unknown;
  readonly findPerson: (name: 'requester' | 'by', expression: string | undefined) => { id: string } | undefined;
  readonly refusals: Refusal[];
};

/** Finds what expressions name, and remembers what could not be read. */
function finderOf(event: Event, people: Record<string, unknown>, { headers, instance = null }: Context): Finder {
  const refusals: Refusal[] = [];
  const documents = { event: bare(event), people: bare(people) };
  const ask = (name: string, expression: string, document: unknown): unknown => {
    try {
      return evaluate(expression, document, { headers, instance });
    } catch (error) {
      refusals.push(refusal('UNREADABLE_FIELD', `${name} cannot be read: ${messageOf(error)}`, `/${name}`));
      return null;
    }
  };
  const find = (name: string, template: Template | undefined): unknown => {
    if (template === undefined) return undefined;
    if (typeof template === 'string') return ask(name, template, documents.event) ?? undefined;
    if (Array.isArray(template)) return template.map((one) => find(name, one));
    const parts = Object.entries(template).map(([key, one]) => [key, find(name, one)] as const);
    return Object.fromEntries(parts.filter(([, one]) => one !== undefined));
  };
  return {
    find,
    findPerson(name, expression) {
      const id = expression === undefined ? undefined : text(ask(name, expression, documents.people));
      return id === undefined ? undefined : { id };
    },
    refusals,
  };
}

type Asked = { readonly source: HookSource; readonly rule: EventRule; readonly id: string };

function askOf({ find, findPerson }: Finder, fields: Fields, { source, rule, id }: Asked): Record<string, unknown> {
  const rules = fields.rules === undefined ? shortRules(find, fields) : find('rules', fields.rules);
  const url = text(find('url', fields.url));
  const ticket = {
    system: source.kind,
    key: id,
    ...(url !== undefined && /^https?:\/\/\S+$/.test(url) ? { url } : {}),
  };
  return withoutNothing({
    ...{ version: 1, action: rule.action, id, target: find('target', fields.target), rules },
    startsAt: find('startsAt', fields.startsAt),
    ...endOf(find, fields),
    ...{ requester: findPerson('requester', fields.requester), reason: reasonOf(find, fields), ticket },
  });
}

function laterOf(
  { find, findPerson }: Finder,
  fields: Fields,
  { action }: EventRule,
  requestId: string,
  id: string,
): Record<string, unknown> {
  const actor = findPerson('by', fields.by);
  const moves = action === 'extend' || action === 'shorten';
  return withoutNothing({
    ...{ version: 1, action, id, requestId, requester: actor, reason: reasonOf(find, fields) },
    ...(moves ? endOf(find, fields) : {}),
    ...(action === 'approve' || action === 'reject' ? { by: actor } : {}),
  });
}

/** Every port with every peer. What is missing, or has no known form, is handed on as it is, to be refused by name. */
function shortRules(find: Finder['find'], { port, peer, protocol, direction }: Fields): unknown {
  if (peer === undefined) return undefined;
  const ipProtocol = text(find('protocol', protocol))?.toLowerCase() ?? 'tcp';
  const side = text(find('direction', direction))?.toLowerCase() ?? 'ingress';
  const end = side === 'egress' ? 'dest' : 'source';
  const none = hasPorts(ipProtocol) ? {} : { portRange: noPorts };
  const ports = list(find('port', port)).map((one) => ({ portRange: portRangeOf(one) ?? one }));
  const peers = list(find('peer', peer)).map((one) => sideOf(end, peerOf(one) ?? { field: 'CidrIp', value: one }));
  return orOne(ports, none).flatMap((one) =>
    orOne(peers, {}).map((other) => ({ direction: side, ipProtocol, ...one, ...other })),
  );
}

const orOne = <T>(found: readonly T[], none: T): readonly T[] => (found.length === 0 ? [none] : found);

function endOf(find: Finder['find'], { duration, expiresAt }: Fields): Record<string, unknown> {
  const span = text(find('duration', duration));
  const until = find('expiresAt', expiresAt);
  return withoutNothing({ duration: span === undefined ? undefined : (durationOf(span) ?? span), expiresAt: until });
}

const reasonMax = 2_000;

/** People's own words: cut to what a message may hold, without halves of characters and what moves a cursor or turns text. */
function reasonOf(find: Finder['find'], { reason }: Fields): string | undefined {
  const words = text(find('reason', reason))
    ?.replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
  return words ? [...words].slice(0, reasonMax / 2).join('') : undefined;
}

/** What a field of a form says: text, or a number as text; of what was chosen from a list, its value. */
function text(field: unknown): string | undefined {
  const value = typeof field === 'object' && field !== null ? own(field, 'value') : field;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** One, several, or several in one text: `22, 80`. */
const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value])
    .flatMap((one) => text(one)?.split(/[\s,;]+/) ?? [])
    .filter((one) => one !== '');

const withoutNothing = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 200) : 'it fails');
