import { type Refusal, refusal } from '../rule/refusal.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a service wrapped round a message, opened by one layer; undefined when this is the message itself.
 * Told apart by fields that a message does not have: a message has an `action`.
 */
export function innerOf(value: object): { readonly inner: unknown } | Refusal | undefined {
  const fields = value as Fields;
  const has = (name: string) => Object.hasOwn(fields, name);
  if (has('action')) return undefined;
  // CloudEvents 1.0, from an EventBridge bus or stream.
  if (has('specversion') || (has('data') && has('source') && has('type'))) return dataOf(fields, has);
  // An SMQ queue's message, as EventBridge hands it over: as `data`, or alone in the form RawData.
  if (has('messageBody')) return { inner: fields.messageBody };
  // An SMQ topic's notification in the form JSON.
  if (has('Message') && (has('TopicName') || has('MessageId'))) return { inner: fields.Message };
  // An SMQ topic's notification in the form STREAM, when the message has attributes.
  if (has('body') && has('attrs')) return { inner: fields.body };
  return undefined;
}

function dataOf(fields: Fields, has: (name: string) => boolean): { readonly inner: unknown } | Refusal {
  if (has('data')) return { inner: fields.data };
  if (has('data_base64')) return { inner: fields.data_base64 };
  return refusal('MISSING_FIELD', 'the CloudEvent has no data', '/data');
}

/** The name of the timer trigger that fired, if this is its event. */
export function timerNameOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { triggerName, triggerTime } = value as Fields;
  return typeof triggerName === 'string' && typeof triggerTime === 'string' ? triggerName : undefined;
}
