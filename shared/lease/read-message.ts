import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { canonicalJson } from '../rule/canonical-json.ts';
import { checkCloudForm } from '../rule/cloud-form.ts';
import { parseInstant } from '../rule/instant.ts';
import { pointer, type Refusal, refusal } from '../rule/refusal.ts';
import { canonicalChange } from '../rule/request-change.ts';
import { canonicalRule } from '../rule/request-rule.ts';
import type { Rule } from '../rule/rule.ts';
import { parseDuration } from './duration.ts';
import { noEndMs, type RuleChange } from './lease.ts';
import { type Message, messageSchema } from './message.ts';

/** A message that is well formed, with its rules in canonical form and the digest of its content. */
export type ReadMessage = {
  readonly message: Message;
  /** Canonical and without repetitions; empty for messages that carry none. */
  readonly rules: readonly Rule[];
  /** What `modify` and `revoke` do to rules that are there; empty for the others. */
  readonly changes: readonly RuleChange[];
  /** SHA-256 (hex) of the content with defaults filled in, as canonical JSON (RFC 8785). */
  readonly digest: string;
};

/** Reads what arrived as a message, or says what is wrong with it: the code, a sentence, the path of the field. */
export function readMessage(value: unknown): ReadMessage | Refusal {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) return firstRefusal(parsed.error.issues, value);
  const message = parsed.data;
  const wrong = windowProblem(message) ?? nameProblem(message) ?? emergencyProblem(message);
  if (wrong) return wrong;
  const rules = message.action === 'authorize' ? canonicalRules(message) : [];
  if ('code' in rules) return rules;
  const changes = message.action === 'modify' || message.action === 'revoke' ? canonicalChanges(message) : [];
  if ('code' in changes) return changes;
  return { message, rules, changes, digest: createHash('sha256').update(canonicalJson(message)).digest('hex') };
}

/** The id that an unreadable message bears, so that its refusal can be told apart; null where there is none. */
export function idOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('id' in value)) return null;
  return typeof value.id === 'string' && value.id.length <= 256 ? value.id : null;
}

function canonicalRules(message: Extract<Message, { action: 'authorize' }>): Rule[] | Refusal {
  const rules: Rule[] = [];
  const seen = new Set<string>();
  for (const [index, request] of message.rules.entries()) {
    const path = ['rules', index];
    const rule =
      checkCloudForm(message.target.cloud, request, path) ??
      canonicalRule(request, path, message.target.securityGroupId);
    if ('code' in rule) return rule;
    const { description: _, ...identity } = rule;
    const text = canonicalJson(identity);
    if (!seen.has(text)) rules.push(rule);
    seen.add(text);
  }
  return rules;
}

function canonicalChanges(message: Extract<Message, { action: 'modify' | 'revoke' }>): RuleChange[] | Refusal {
  const changes: RuleChange[] = [];
  const seen = new Set<string>();
  for (const [index, request] of message.rules.entries()) {
    const path = ['rules', index];
    const wrong = 'securityGroupRuleId' in request ? undefined : checkCloudForm(message.target.cloud, request, path);
    const change = wrong ?? canonicalChange(request, path, message.target.securityGroupId);
    if ('code' in change) return change;
    const name = canonicalJson(change.ruleId ?? { ...change.rule, description: undefined });
    if (seen.has(name)) return refusal('REPEATED_RULE', 'this rule is named twice', pointer(['rules', index]));
    seen.add(name);
    changes.push(change);
  }
  return changes;
}

function windowProblem(message: Message): Refusal | undefined {
  const { action } = message;
  if (action === 'end' || action === 'approve' || action === 'reject') return undefined;
  const { duration, expiresAt } = message;
  if (duration !== undefined && expiresAt !== undefined) {
    return refusal('CONFLICTING_FIELDS', 'give duration or expiresAt, not both', '/expiresAt');
  }
  const mayLackEnd = action === 'modify' || action === 'revoke';
  if (duration === undefined && expiresAt === undefined && !mayLackEnd) {
    return refusal('MISSING_FIELD', 'an end is required: duration (such as PT2H) or expiresAt', '/duration');
  }
  const tooFar = endTooFar(message);
  if (tooFar) return tooFar;
  if (!('startsAt' in message) || message.startsAt === undefined || expiresAt === undefined) return undefined;
  const isBackwards = (parseInstant(expiresAt) ?? 0) <= (parseInstant(message.startsAt) ?? 0);
  return isBackwards ? refusal('END_BEFORE_START', 'expiresAt is not after startsAt', '/expiresAt') : undefined;
}

/** The last instant stands for no end at all: nobody may get a lease without an end by naming it. */
function endTooFar(message: {
  startsAt?: string | undefined;
  duration?: string | undefined;
  expiresAt?: string | undefined;
}): Refusal | undefined {
  const { startsAt, duration, expiresAt } = message;
  const startsAtMs = startsAt === undefined ? 0 : (parseInstant(startsAt) ?? 0);
  const spanMs = duration === undefined ? 0 : (parseDuration(duration) ?? 0);
  const endMs = expiresAt === undefined ? startsAtMs + spanMs : (parseInstant(expiresAt) ?? 0);
  if (endMs < noEndMs) return undefined;
  return refusal('END_TOO_FAR', 'an end must lie before the end of the year 9999', endPathOf(message));
}

/** Where the end stands in a message, for a refusal's path. */
export const endPathOf = ({ duration }: { duration?: string | undefined }): string =>
  duration === undefined ? '/expiresAt' : '/duration';

function nameProblem(message: Message): Refusal | undefined {
  if (!('leaseId' in message || 'requestId' in message) && !isLater(message.action)) return undefined;
  const { leaseId, requestId } = message as { leaseId?: string; requestId?: string };
  if (leaseId === undefined && requestId === undefined) {
    return refusal('MISSING_FIELD', 'name the lease by leaseId, or by the requestId that asked for it', '/leaseId');
  }
  if (leaseId !== undefined && requestId !== undefined) {
    return refusal('CONFLICTING_FIELDS', 'name the lease by leaseId or by requestId, not by both', '/requestId');
  }
  return undefined;
}

function emergencyProblem(message: Message): Refusal | undefined {
  if (!('breakGlass' in message) || message.breakGlass === undefined || message.reason !== undefined) return undefined;
  return refusal('MISSING_FIELD', 'reason is missing: an emergency needs one', '/reason');
}

const isLater = (action: Message['action']): boolean =>
  ['extend', 'shorten', 'end', 'approve', 'reject'].includes(action);

/** The first problem in words that help, whatever the schema library calls it. */
export function firstRefusal(issues: readonly z.core.$ZodIssue[], value: unknown): Refusal {
  const [first] = issues;
  const issue = first === undefined ? undefined : nearest(first);
  if (!issue) return refusal('INVALID_VALUE', 'the message is not valid');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return refusal('UNKNOWN_FIELD', `there is no field "${key}" here`, pointer([...issue.path, key]));
  }
  const at = pointer(issue.path);
  const name = nameOf(issue.path);
  const found = valueAt(value, issue.path);
  if (found === undefined) return refusal('MISSING_FIELD', `${name} is missing`, at);
  if (issue.code === 'invalid_type') {
    return refusal('INVALID_TYPE', `${name} must be ${a(issue.expected)}, not ${a(typeOf(found))}`, at);
  }
  return refusal('INVALID_VALUE', `${name} ${sentenceOf(issue)}`, at);
}

/** A field by its name; one of a list by its list's, too. */
function nameOf(path: readonly PropertyKey[]): string {
  const [list, last] = [path.at(-2), path.at(-1)];
  if (last === undefined) return 'the message';
  return typeof last === 'number' && list !== undefined ? `${String(list)}[${last}]` : String(last);
}

/** Of a choice between forms, the first problem of the one that fits best; of several that it is none of, the choice. */
function nearest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const isType = ([one]: readonly z.core.$ZodIssue[]) => one?.code === 'invalid_type';
  const near = issue.errors.every(isType) ? issue.errors : issue.errors.filter(([one]) => formOf(one) === undefined);
  const [best] = [...near].sort((a, b) => a.length - b.length);
  const [inner] = best ?? [];
  return inner ? nearest({ ...inner, path: [...issue.path, ...inner.path] }) : issue;
}

/** What a value that is nothing of the kind should have been. */
function formOf(issue: z.core.$ZodIssue | undefined): string | undefined {
  if (issue === undefined || issue.path.length > 0) return undefined;
  if (issue.code === 'invalid_value') return oneOf(issue.values);
  return issue.code === 'invalid_type' ? a(issue.expected) : undefined;
}

const oneOf = (values: readonly unknown[]): string => values.map((one) => JSON.stringify(one)).join(', ');

function sentenceOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `is too short (at least ${issue.minimum})`
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `is too long (at most ${issue.maximum})`
        : `must be at most ${issue.maximum}`;
    case 'invalid_value':
      return `must be one of ${oneOf(issue.values)}`;
    case 'invalid_union': {
      const { options } = issue as { readonly options?: readonly unknown[] };
      if (options) return `must be one of ${oneOf(options)}`;
      return `must be ${[...new Set(issue.errors.flatMap(([one]) => formOf(one) ?? []))].join(' or ')}`;
    }
    case 'custom':
      return customSentences[issue.message] ?? 'is not valid';
    default:
      return 'is not in the form that is allowed here';
  }
}

const customSentences: Record<string, string> = {
  characters: 'must not contain half a character (a lone surrogate)',
  visible: 'must not contain control characters, or any that cannot be seen',
  instant: 'must be an RFC 3339 instant with an offset, such as 2026-12-01T09:00:00Z',
  duration: 'must be an ISO 8601 duration of at least a second without years and months, such as PT2H or P1DT30M',
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
const a = (noun: string): string => (noun === 'null' ? noun : /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`);

/** Start and end that a message asks for, given now: whole seconds; `noEndMs` where it names no end. */
export function windowOf(
  message: { startsAt?: string | undefined; duration?: string | undefined; expiresAt?: string | undefined },
  nowMs: number,
): { startsAtMs: number; expiresAtMs: number } {
  const startsAtMs =
    message.startsAt === undefined ? Math.floor(nowMs / 1000) * 1000 : (parseInstant(message.startsAt) ?? nowMs);
  const span = message.duration === undefined ? undefined : parseDuration(message.duration);
  const expiresAtMs = span === undefined ? (parseInstant(message.expiresAt ?? '') ?? noEndMs) : startsAtMs + span;
  return { startsAtMs, expiresAtMs };
}
