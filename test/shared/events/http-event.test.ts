import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerProblem, httpAnswer } from '../../../shared/events/http-answer.ts';
import { readHttpEvent } from '../../../shared/events/http-event.ts';

const event = {
  version: 'v1',
  rawPath: '/hooks/tick%20ets',
  body: 'Hello FC!',
  isBase64Encoded: false,
  headers: { 'Webhook-Id': 'msg_1', header2: 'value1,value2' },
  queryParameters: { parameter1: 'value1' },
  requestContext: {
    accountId: '123456',
    http: { method: 'POST', path: '/hooks/tick ets', protocol: 'HTTP/1.1', sourceIp: '11.11.11.1', userAgent: 'x' },
    requestId: '',
    timeEpoch: '1693896071895',
  },
};
const read = (value: unknown) => readHttpEvent(Buffer.from(JSON.stringify(value)));

describe('an HTTP event', () => {
  it('is read with names of headers in lower case', () => {
    expect(read(event)).toEqual({
      method: 'POST',
      rawPath: '/hooks/tick%20ets',
      path: '/hooks/tick ets',
      query: { parameter1: 'value1' },
      headers: { 'webhook-id': 'msg_1', header2: 'value1,value2' },
      rawBody: Buffer.from('Hello FC!'),
      sourceIp: '11.11.11.1',
    });
  });

  it('gives back the very bytes of a body in base64', () => {
    const bytes = Buffer.from([0, 255, 128, 10]);

    expect(read({ ...event, body: bytes.toString('base64'), isBase64Encoded: true })).toMatchObject({ rawBody: bytes });
  });

  it('may lack body, headers and query', () => {
    const { body: _, headers: __, queryParameters: ___, ...bare } = event;

    expect(read(bare)).toMatchObject({ rawBody: Buffer.alloc(0), headers: {}, query: {} });
  });

  it('does not hide a header that came in two spellings', () => {
    expect(read({ ...event, headers: { 'Webhook-Id': 'a', 'webhook-id': 'b' } })).toMatchObject({
      headers: { 'webhook-id': 'a,b' },
    });
  });

  it('is refused when it is something else, never thrown', () => {
    expect(read({ triggerName: 'sweep' })).toMatchObject({ code: 'NOT_AN_HTTP_EVENT' });
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(readHttpEvent(Buffer.from(bytes))).toHaveProperty('code');
      }),
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => void read({ ...event, headers: value, body: value })));
  });
});

describe('an HTTP answer', () => {
  it('has all four fields', () => {
    expect(httpAnswer(401)).toEqual({ statusCode: 401, headers: {}, isBase64Encoded: false, body: '' });
    expect(httpAnswer(202, { ok: true }, { 'x-a': 'b' })).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-a': 'b' },
      isBase64Encoded: false,
      body: '{"ok":true}',
    });
    expect(httpAnswer(200, Buffer.from([255]))).toMatchObject({ isBase64Encoded: true, body: '/w==' });
  });

  it('asks to come again only where that could help', () => {
    const problem = { code: 'LEDGER_UNAVAILABLE', message: 'away', path: '' };

    expect(answerProblem({ ...problem, isRetryable: true })).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '10' },
    });
    expect(answerProblem({ ...problem, isRetryable: false })).toMatchObject({ statusCode: 500 });
  });
});
