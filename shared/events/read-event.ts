import type { Wake } from '../reconcile/nudge-port.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { readStrictJson } from '../runtime/strict-json.ts';
import { timerNameOf } from './envelopes.ts';
import { textOfBytes } from './text.ts';
import { type Element, type Item, itemsOfText, outermost } from './unwrap.ts';

/** What Function Compute delivered to a function that is not called by HTTP. */
export type Delivery =
  | { readonly kind: 'timer'; readonly triggerName: string }
  /** Our own: somebody committed work for this hand, or its instant has come. */
  | { readonly kind: 'wakes'; readonly wakes: readonly Wake[] }
  /** In the order of the event, one for each thing in it. */
  | { readonly kind: 'messages'; readonly elements: readonly Element[] };

/**
 * Reads any event. Never throws, whatever the bytes: what cannot be read becomes an element that says why, beside
 * the others.
 */
export function readEvent(event: Buffer): Delivery {
  const text = textOfBytes(event);
  if (text === undefined) return { kind: 'messages', elements: [notText] };
  const triggerName = timerOf(text);
  if (triggerName !== undefined) return { kind: 'timer', triggerName };
  const items = itemsOfText(text, outermost);
  const wakes = items.flatMap((item) => ('wake' in item ? [item.wake] : []));
  if (wakes.length > 0 && wakes.length === items.length) return { kind: 'wakes', wakes };
  return { kind: 'messages', elements: items.map(elementOf) };
}

const notText: { readonly refusal: Refusal } = { refusal: refusal('NOT_TEXT', 'this is not UTF-8') };

/** A timer's event is never wrapped, and short; everything else goes its own way. */
function timerOf(text: string): string | undefined {
  if (!text.includes('"triggerName"')) return undefined;
  const read = readStrictJson(text);
  return 'code' in read || read.faults.size > 0 ? undefined : timerNameOf(read.value);
}

/** Wakes come by invocation, never in a queue among messages: their order would mean nothing. */
const elementOf = (item: Item): Element =>
  'wake' in item ? { refusal: refusal('UNEXPECTED_WAKE', 'a wake may not stand among messages') } : item;
