import type { HookSource } from '../config/sources-config.ts';
import { idOf } from '../lease/read-message.ts';
import type { Delivered } from '../reconcile/receive.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { readStrictJsonValue } from '../runtime/strict-json.ts';
import { notAllowed } from './allowed.ts';
import type { InstanceReader } from './instance-reader.ts';
import { type Context, digestOf, isEnding, mapEvent, matchEvent } from './map-event.ts';
import type { Answer, Event, HookRequest, ReadSecrets, System } from './system.ts';
import { systemOf } from './systems.ts';

/** An event of a ticketing system that was proved, with what is needed to look at it again. */
export type ProvedEvent = {
  readonly event: Event;
  readonly headers: Readonly<Record<string, string>>;
  readonly deliveryId?: string | undefined;
};

export type Understood =
  | { readonly kind: 'malformed'; readonly refusal: Refusal }
  | { readonly kind: 'ignored'; readonly reason: string; readonly answer?: object | undefined }
  /** Its form could not be fetched now: to be kept, and understood later. */
  | { readonly kind: 'waiting'; readonly proved: ProvedEvent }
  /** `seen` are names under which a repetition is known; an ending has none. */
  | { readonly kind: 'message'; readonly delivered: Delivered; readonly seen: readonly string[] };

export type ReadHook =
  | { readonly kind: 'not-proved'; readonly code: string }
  | (Understood & { readonly form: (ours: Answer) => Answer });

/** Where instances are read, and who is meant by a source. */
export type HookDeps = { readonly secrets: ReadSecrets; readonly instances: InstanceReader };

/** Proves a ticketing system's request on its raw bytes, then reads what it means by sources.yaml. */
export async function readHook(
  deps: HookDeps,
  name: string,
  source: HookSource,
  request: HookRequest,
  nowMs: number,
): Promise<ReadHook> {
  const system = await systemOf(source);
  const proved = await system.prove(source, request, deps.secrets, nowMs);
  if (typeof proved === 'string') return { kind: 'not-proved', code: proved };
  const form = proved.answer ?? ((ours: Answer) => ours);
  const read = readStrictJsonValue(proved.text);
  if ('code' in read) return { kind: 'malformed', refusal: read, form };
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value)) {
    return { kind: 'malformed', refusal: refusal('INVALID_TYPE', 'an event is a JSON object'), form };
  }
  const event = read.value as Event;
  const { deliveryId } = proved;
  const understood = await understandEvent(deps.instances, name, source, {
    event,
    headers: request.headers,
    deliveryId,
  });
  return { ...understood, form };
}

/** What a proved event means. An ending is never kept waiting for a form: it needs none. */
export async function understandEvent(
  instances: InstanceReader,
  name: string,
  source: HookSource,
  proved: ProvedEvent,
): Promise<Understood> {
  const system = await systemOf(source);
  const { event } = proved;
  const greeting = system.greet?.(event);
  if (greeting) return { kind: 'ignored', ...greeting };
  const rule = matchEvent(source, event, proved);
  if ('ignored' in rule) return { kind: 'ignored', reason: rule.ignored };
  const id = system.instanceOf?.(event);
  const isFetched = 'api' in source && source.api !== undefined && id !== undefined && !isEnding(rule.action);
  const fetched = isFetched ? await instances.read(source, id) : undefined;
  if (fetched === 'away') return { kind: 'waiting', proved };
  if (fetched === 'gone') return { kind: 'ignored', reason: 'there is no such form any more' };
  const context: Context = { ...proved, instance: fetched?.instance };
  return deliver(system, name, source, { rule, event, context });
}

function deliver(
  system: System,
  name: string,
  source: HookSource,
  { rule, event, context }: { rule: HookSource['events'][number]; event: Event; context: Context },
): Understood {
  const mapped = mapEvent(system, source, rule, event, context);
  if ('code' in mapped) return { kind: 'malformed', refusal: mapped };
  const { value } = mapped;
  const wrong = notAllowed(name, source, value);
  if (wrong) return { kind: 'message', delivered: { refusal: wrong, id: idOf(value), source: name }, seen: [] };
  const { deliveryId } = context;
  const seen = [
    `event:${digestOf(event)}`,
    ...(deliveryId === undefined ? [] : [`delivery:${deliveryId.slice(0, 200)}`]),
  ];
  return {
    kind: 'message',
    delivered: { source: name, reach: 'own', value },
    seen: isEnding(rule.action) ? [] : seen,
  };
}
