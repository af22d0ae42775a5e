import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../../../shared/events/read-event.ts';
import { messageBytesMax } from '../../../shared/lease/message.ts';

const message = { version: 1, action: 'end', id: 'OPS-1/2', requestId: 'OPS-1/1' };
const queueData = { requestId: '606EA307', messageId: 'C6DB60D1', messageBody: JSON.stringify(message) };
const cloudEvent = {
  id: 'c2g71017',
  source: 'MNS-Function-mnstrigger',
  specversion: '1.0',
  type: 'mns:Queue:SendMessage',
  datacontenttype: 'application/json; charset=utf-8',
  time: '2021-04-08T06:28:17.093Z',
  aliyunpublishtime: '2020-11-19T21:04:42.179PRC',
  data: queueData,
};
const topic = {
  TopicOwner: '118620210433',
  Message: JSON.stringify(message),
  Subscriber: '118620210433',
  PublishTime: 1_550_216_480_040,
  SubscriptionName: 'test-fc-subscribe',
  MessageMD5: 'BA4BA9B4',
  TopicName: 'Mytopic',
  MessageId: '2F5B3C08',
  key: 'value',
};
const target = { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-1' };
const wake = { type: 'curfew.wake', hand: 'revoke', target, at: '2026-12-01T09:00:00Z' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

const read = (event: unknown) => readEvent(Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)));
const elementsOf = (event: unknown) => {
  const delivery = read(event);
  return delivery.kind === 'messages' ? delivery.elements : [];
};

const forms: Record<string, unknown> = {
  'a message': message,
  'a CloudEvent of a queue': cloudEvent,
  'a CloudEvent whose message is an object': { ...cloudEvent, data: { ...queueData, messageBody: message } },
  'a CloudEvent of a bus': { ...cloudEvent, data: message },
  'a CloudEvent with data as text': { ...cloudEvent, data: JSON.stringify(message) },
  'a CloudEvent with data in base64': { ...cloudEvent, data: undefined, data_base64: base64(JSON.stringify(message)) },
  'a CloudEvent with a body in base64': {
    ...cloudEvent,
    data: { ...queueData, messageBody: base64(JSON.stringify(message)) },
  },
  'raw data of a queue': queueData,
  'a topic notification in JSON': topic,
  'a topic notification in JSON with base64': { ...topic, Message: base64(JSON.stringify(message)) },
  'a topic notification in a CloudEvent': { ...cloudEvent, data: { ...queueData, messageBody: JSON.stringify(topic) } },
  'a topic notification in STREAM with attributes': {
    body: JSON.stringify(message),
    attrs: { Extend: '{"key":"value"}' },
  },
  'a text in a text': JSON.stringify(JSON.stringify(message)),
};

describe('an event', () => {
  it.each(Object.entries(forms))('is understood as %s', (_, form) => {
    expect(elementsOf(form)).toEqual([{ value: message }]);
  });

  it.each(Object.entries(forms))('is understood in base64, behind a byte order mark and in a list as %s', (_, form) => {
    const text = typeof form === 'string' ? form : JSON.stringify(form);

    expect(elementsOf(base64(text))).toEqual([{ value: message }]);
    expect(elementsOf(`\ufeff ${text}\n`)).toEqual([{ value: message }]);
    expect(elementsOf(`[${text},${text}]`)).toEqual([{ value: message }, { value: message }]);
    expect(elementsOf(JSON.stringify([text, base64(text)]))).toEqual([{ value: message }, { value: message }]);
  });

  it('of one notification may hold a list of messages', () => {
    const list = JSON.stringify([message, message]);

    expect(elementsOf({ ...cloudEvent, data: { ...queueData, messageBody: list } })).toHaveLength(2);
    expect(elementsOf({ ...topic, Message: base64(list) })).toHaveLength(2);
  });

  it('hands a signed envelope over as it is', () => {
    const envelope = { source: 'queue', timestamp: '1700000000', message: JSON.stringify(message), signature: 'v1,x' };

    expect(elementsOf([{ ...cloudEvent, data: envelope }])).toEqual([{ value: envelope }]);
  });

  it('keeps the good elements beside bad ones, in order', () => {
    const text = [
      JSON.stringify(message),
      '"not json"',
      '{"version":1,"version":2}',
      '{"__proto__":{}}',
      JSON.stringify({ ...cloudEvent, data: { messageBody: '{' } }),
      JSON.stringify([message]),
      JSON.stringify({ ...message, reason: 'x'.repeat(messageBytesMax) }),
      JSON.stringify({ specversion: '1.0' }),
      'null',
      JSON.stringify(wake),
      JSON.stringify(cloudEvent),
    ];

    const codes = elementsOf(`[${text.join(',')}]`).map((one) => ('refusal' in one ? one.refusal.code : one.value));

    expect(codes).toEqual([
      message,
      'NOT_JSON',
      'DUPLICATE_FIELD',
      'FORBIDDEN_FIELD',
      'NOT_JSON',
      'NESTED_LIST',
      'MESSAGE_TOO_LARGE',
      'MISSING_FIELD',
      null,
      'UNEXPECTED_WAKE',
      message,
    ]);
  });

  it('counts the bytes of a message, not its characters', () => {
    const sized = (bytes: number) => {
      const frame = Buffer.byteLength(JSON.stringify({ ...message, reason: '' }));
      const rest = bytes - frame;
      return JSON.stringify({ ...message, reason: `${'中'.repeat(Math.floor(rest / 3))}${'x'.repeat(rest % 3)}` });
    };

    expect(elementsOf(sized(messageBytesMax))[0]).toHaveProperty('value');
    expect(elementsOf(sized(messageBytesMax + 1))[0]).toMatchObject({ refusal: { code: 'MESSAGE_TOO_LARGE' } });
    expect(elementsOf({ ...topic, Message: sized(messageBytesMax + 1) })[0]).toHaveProperty('refusal');
  });

  it('of a timer names its trigger', () => {
    expect(read({ triggerTime: '2023-12-26T07:49:00Z', triggerName: 'sweep', payload: 'x' })).toEqual({
      kind: 'timer',
      triggerName: 'sweep',
    });
  });

  it('of our own wakes hands, alone or as data', () => {
    const expected = { kind: 'wakes', wakes: [{ hand: 'revoke', target, atMs: Date.UTC(2026, 11, 1, 9) }] };

    expect(read(wake)).toEqual(expected);
    expect(read({ ...cloudEvent, data: wake })).toEqual(expected);
    expect(read([wake, wake])).toMatchObject({ kind: 'wakes', wakes: [{}, {}] });
    expect(elementsOf({ ...wake, hand: 'foot' })).toMatchObject([{ refusal: { code: 'INVALID_WAKE', path: '/hand' } }]);
  });

  it('that is an empty list holds nothing', () => {
    expect(read([])).toEqual({ kind: 'messages', elements: [] });
  });

  it.each([
    ['', 'NOT_JSON'],
    ['hello topic', 'NOT_JSON'],
    ['aGVsbG8gdG9waWM=', 'NOT_JSON'],
    ['{"a":', 'NOT_JSON'],
  ])('%j is refused, not thrown', (text, code) => {
    expect(elementsOf(text)).toMatchObject([{ refusal: { code } }]);
  });

  it('that is not text is refused', () => {
    expect(readEvent(Buffer.from([0xff, 0xfe, 0x00]))).toMatchObject({ elements: [{ refusal: { code: 'NOT_TEXT' } }] });
  });

  it('that wraps itself for ever is refused', () => {
    let text = JSON.stringify(message);
    for (let layer = 0; layer < 12; layer += 1) text = JSON.stringify(text);

    expect(elementsOf(text)).toMatchObject([{ refusal: { code: 'TOO_DEEP' } }]);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        readEvent(Buffer.from(bytes));
      }),
    );
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom(...Object.values(forms).map((form) => JSON.stringify(form))),
        fc.nat(400),
        (json, form, at) => {
          read(json);
          read(form.slice(0, at) + json + form.slice(at));
          read({ ...cloudEvent, data: { messageBody: json } });
          read(base64(json));
        },
      ),
    );
  });

  it('gives one element for each thing in a list', () => {
    const one = fc.oneof(fc.constantFrom(...Object.values(forms)), fc.jsonValue());

    fc.assert(
      fc.property(fc.array(one), (list) => {
        expect(elementsOf(list)).toHaveLength(list.length);
      }),
    );
  });
});
