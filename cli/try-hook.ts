import type { Config } from '../shared/config/config.ts';
import type { Source } from '../shared/config/sources-config.ts';
import { guardOf } from '../shared/hands/guard-of.ts';
import { servedBy } from '../shared/hands/served.ts';
import { notAllowed } from '../shared/intake/allowed.ts';
import { mapEvent, matchEvent } from '../shared/intake/map-event.ts';
import { understand } from '../shared/intake/standard-webhooks.ts';
import type { Event } from '../shared/intake/system.ts';
import { systemOf } from '../shared/intake/systems.ts';
import { endPathOf, type ReadMessage, readMessage } from '../shared/lease/read-message.ts';
import { peopleOf } from '../shared/policy/people.ts';
import { viewDecision } from '../shared/policy/try-decisions.ts';
import { leaseFor } from '../shared/reconcile/accept-requests.ts';
import { judgeAlone } from '../shared/reconcile/judge-lease.ts';
import { type Refusal, refusal } from '../shared/rule/refusal.ts';
import { readSettings } from '../shared/runtime/settings.ts';
import { readStrictJsonValue } from '../shared/runtime/strict-json.ts';
import { decisionText } from './decision-text.ts';
import type { LocalPolicies } from './local-policies.ts';
import { en } from './texts/en.ts';

/** What somebody has at hand of a webhook: its body (decrypted), its headers, and the form that it names. */
export type Sample = {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly instance?: unknown;
};
type Step = { readonly step: string; readonly note?: string; readonly problem?: Refusal };
export type Tried = {
  readonly source: string;
  readonly isIgnored: boolean;
  readonly steps: readonly Step[];
  /** What the body stands for, as far as it came. */
  readonly message?: unknown;
};

/** The steps of the intake and of acceptance, in their order, up to the first that says no. */
export async function tryHook(
  { config, policies }: LocalPolicies,
  name: string,
  sample: Sample,
  nowMs: number,
): Promise<Tried> {
  const steps: Step[] = [];
  const source = Object.hasOwn(config.sources, name) ? config.sources[name] : undefined;
  const goesOn = (step: string, problem: Refusal | undefined, note?: string): boolean => {
    steps.push({ step, ...(problem ? { problem } : {}), ...(note === undefined ? {} : { note }) });
    return problem === undefined;
  };
  const done = (more: Partial<Tried> = {}): Tried => ({ source: name, isIgnored: false, ...more, steps });
  if (!goesOn('the source is known', unknownSource(config, name)) || !source) return done();
  const meaning = await meaningOf(source, sample);
  if ('ignored' in meaning) {
    goesOn('the body is an event for us', undefined, meaning.ignored);
    return done({ isIgnored: true });
  }
  if (!goesOn('the body is an event for us', 'code' in meaning ? meaning : undefined, noteOf(meaning))) return done();
  const { value } = meaning as Meaning;
  if (!goesOn('the source may ask for it', notAllowed(name, source, value))) return done({ message: value });
  const read = readMessage(value);
  if (!goesOn('the message is well formed', 'code' in read ? read : undefined)) return done({ message: value });
  const { message } = read as ReadMessage;
  const target = 'target' in message ? message.target : undefined;
  const serves = servedBy(config.accounts, readSettings({ ...process.env, CURFEW_LOCAL: '1' }).endpoints);
  if (!goesOn('this deployment serves it', serves(message.action, target), message.action))
    return done({ message: value });
  // A message about a lease is judged with the lease, which only the ledger knows.
  if (!('target' in message)) return done({ message: value });
  const lease = leaseFor('tried', { source: name, reach: 'own', read: read as ReadMessage }, message, nowMs);
  const guard = guardOf(config.guards, config.accounts);
  const deps = { guard, personOf: peopleOf(config.policy.entities), decide: policies.decide };
  const { refusal: no, decision } = judgeAlone(deps, lease, nowMs, endPathOf(message));
  if (goesOn('it keeps the limits of guards.yaml', decision ? undefined : no) && decision)
    goesOn('the policies allow it', no, no ? undefined : decisionText(viewDecision(decision), en));
  return done({ message: value });
}

type Meaning = { readonly value: unknown; readonly note?: string };

async function meaningOf(source: Source, sample: Sample): Promise<Meaning | { ignored: string } | Refusal> {
  if (!('events' in source)) return understand(sample.body);
  const read = readStrictJsonValue(sample.body.toString('utf8'));
  if ('code' in read) return read;
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value))
    return refusal('INVALID_TYPE', 'an event is a JSON object');
  const event = read.value as Event;
  const system = await systemOf(source);
  const greeting = system.greet?.(event);
  if (greeting) return { ignored: greeting.reason };
  const rule = matchEvent(source, event, sample);
  if ('ignored' in rule) return rule;
  const mapped = mapEvent(system, source, rule, event, sample);
  return 'code' in mapped
    ? mapped
    : { ...mapped, note: `event number ${source.events.indexOf(rule) + 1}: ${rule.action}` };
}

const noteOf = (meaning: object): string | undefined =>
  'note' in meaning && typeof meaning.note === 'string' ? meaning.note : undefined;

function unknownSource({ sources }: Config, name: string): Refusal | undefined {
  const isHook = (one: string) =>
    Object.hasOwn(sources, one) && !['queue', 'api', 'cli'].includes(sources[one]?.kind ?? 'api');
  if (isHook(name)) return undefined;
  const hooks = Object.keys(sources).filter(isHook);
  const sentence = `sources.yaml has no webhook source "${name}"; there is: ${hooks.join(', ') || 'none'} (config/examples/sources.yaml has one of each system)`;
  return refusal('UNKNOWN_SOURCE', sentence);
}
