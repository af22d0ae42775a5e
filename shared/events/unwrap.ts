import { messageBytesMax } from '../lease/message.ts';
import type { Wake } from '../reconcile/nudge-port.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { readStrictJson } from '../runtime/strict-json.ts';
import { innerOf } from './envelopes.ts';
import { plainText } from './text.ts';
import { isWake, readWake } from './wake.ts';

/** One message as it arrived, not validated yet, or why there is none. */
export type Element = { readonly value: unknown } | { readonly refusal: Refusal };
export type Item = Element | { readonly wake: Wake };

/** A message in a notification in an event, each as text, each text in base64: nobody needs more. */
const layersMax = 8;

/**
 * `mayBeList`: a list may still come. Once an event was a list, each of its elements is one thing, so that answers
 * stand in the order of the event.
 */
type Layer = { readonly depth: number; readonly mayBeList: boolean };

export const outermost: Layer = { depth: 0, mayBeList: true };

/** The items in a text: JSON, or JSON in base64. */
export function itemsOfText(text: string, layer: Layer): Item[] {
  const plain = plainText(text);
  const read = readStrictJson(plain);
  if ('code' in read) return [{ refusal: read }];
  const { value, faults } = read;
  if (Array.isArray(value)) {
    return itemsOfList(value, layer, (index) => faults.get(index));
  }
  const fault = faults.get(0);
  return fault ? [{ refusal: fault }] : itemsOfValue(value, layer, () => Buffer.byteLength(plain));
}

function itemsOfList(
  list: readonly unknown[],
  { depth, mayBeList }: Layer,
  faultOf: (index: number) => Refusal | undefined,
): Item[] {
  if (!mayBeList) return [{ refusal: refusal('NESTED_LIST', 'a list of messages may not stand in a list') }];
  return list.flatMap((value, index) => {
    const fault = faultOf(index);
    return fault ? [{ refusal: fault }] : itemsOfValue(value, { depth: depth + 1, mayBeList: false });
  });
}

function itemsOfValue(value: unknown, layer: Layer, bytes = () => Buffer.byteLength(JSON.stringify(value))): Item[] {
  if (layer.depth >= layersMax) return [{ refusal: refusal('TOO_DEEP', 'the message is wrapped too often') }];
  const next = { ...layer, depth: layer.depth + 1 };
  if (typeof value === 'string') return itemsOfText(value, next);
  if (Array.isArray(value)) return itemsOfList(value, next, () => undefined);
  if (typeof value !== 'object' || value === null) return [{ value }];
  const opened = innerOf(value);
  if (opened && 'code' in opened) return [{ refusal: opened }];
  if (opened) return itemsOfValue(opened.inner, next);
  if (bytes() > messageBytesMax) {
    return [{ refusal: refusal('MESSAGE_TOO_LARGE', `a message may have ${messageBytesMax} bytes, not more`) }];
  }
  if (!isWake(value)) return [{ value }];
  const wake = readWake(value);
  return ['code' in wake ? { refusal: wake } : wake];
}
