import type { Config } from '../shared/config/config.ts';
import { guardOf } from '../shared/hands/guard-of.ts';
import { servedBy } from '../shared/hands/served.ts';
import { notAllowed } from '../shared/intake/allowed.ts';
import { understand } from '../shared/intake/standard-webhooks.ts';
import { endPathOf, type ReadMessage, readMessage, windowOf } from '../shared/lease/read-message.ts';
import { type Refusal, refusal } from '../shared/rule/refusal.ts';
import { readSettings } from '../shared/runtime/settings.ts';

type Step = { readonly step: string; readonly note?: string; readonly problem?: Refusal };
export type Tried = { readonly source: string; readonly isIgnored: boolean; readonly steps: readonly Step[] };

/** The steps of the intake and of acceptance, in their order, up to the first that says no. */
export function tryHook(config: Config, name: string, body: Buffer, nowMs: number): Tried {
  const steps: Step[] = [];
  const done = (isIgnored = false): Tried => ({ source: name, isIgnored, steps });
  const source = Object.hasOwn(config.sources, name) ? config.sources[name] : undefined;
  const goesOn = (step: string, problem: Refusal | undefined, note?: string): boolean => {
    steps.push({ step, ...(problem ? { problem } : {}), ...(note === undefined ? {} : { note }) });
    return problem === undefined;
  };
  if (!goesOn('the source is known', unknownSource(config, name)) || !source) return done();
  const understood = understand(body);
  if ('ignored' in understood) {
    goesOn('the body is an event for us', undefined, understood.ignored);
    return done(true);
  }
  if (!goesOn('the body is an event for us', 'code' in understood ? understood : undefined)) return done();
  const { value } = understood as { readonly value: unknown };
  if (!goesOn('the source may ask for it', notAllowed(name, source, value))) return done();
  const read = readMessage(value);
  if (!goesOn('the message is well formed', 'code' in read ? read : undefined)) return done();
  const { message } = read as ReadMessage;
  const target = 'target' in message ? message.target : undefined;
  const serves = servedBy(config.accounts, readSettings({ ...process.env, CURFEW_LOCAL: '1' }).endpoints);
  if (!goesOn('this deployment serves it', serves(message.action, target), message.action)) return done();
  goesOn('it keeps the limits of guards.yaml', guard(config, read as ReadMessage, nowMs));
  return done();
}

function unknownSource({ sources }: Config, name: string): Refusal | undefined {
  const kind = Object.hasOwn(sources, name) ? sources[name]?.kind : undefined;
  if (kind === 'standard-webhooks') return undefined;
  const hooks = Object.keys(sources).filter((one) => sources[one]?.kind === 'standard-webhooks');
  const sentence = `sources.yaml has no webhook source "${name}"; there is: ${hooks.join(', ') || 'none'}`;
  return refusal('UNKNOWN_SOURCE', sentence);
}

function guard({ guards }: Config, { message, rules }: ReadMessage, nowMs: number): Refusal | undefined {
  // A message about a lease is judged with the lease, which only the ledger knows.
  if (!('target' in message)) return undefined;
  return guardOf(guards)({
    target: message.target,
    rules,
    ...windowOf(message, nowMs),
    nowMs,
    endPath: endPathOf(message),
  });
}
