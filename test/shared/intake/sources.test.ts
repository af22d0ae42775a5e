import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { SourceBook } from '../../../shared/config/sources-config.ts';
import type { InstanceReader } from '../../../shared/intake/instance-reader.ts';
import { authenticate, type Sources } from '../../../shared/intake/sources.ts';
import { readWebhook } from '../../../shared/intake/webhooks.ts';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { localSecrets } from '../../../shared/runtime/local-secrets.ts';
import { createSecretReader } from '../../../shared/runtime/secrets.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const partnerSecret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const book: SourceBook = {
  queue: { kind: 'queue', secrets: ['env:QUEUE'], approvesOwn: false },
  partner: {
    kind: 'queue',
    secrets: ['env:PARTNER'],
    actions: ['authorize', 'end'],
    targets: ['ecs/default/cn-hangzhou/sg-demo-*'],
    approvesOwn: false,
  },
  tickets: { kind: 'standard-webhooks', secrets: ['env:QUEUE'], actions: ['authorize'], approvesOwn: false },
  keyless: { kind: 'queue', trust: 'everyone-who-can-write', approvesOwn: false },
  unset: { kind: 'queue', secrets: ['env:NOT_SET'], approvesOwn: false },
  api: { kind: 'api', approvesOwn: false },
};
const secrets = createSecretReader({
  isLocal: false,
  env: { QUEUE: secret, PARTNER: partnerSecret },
  store: {
    fetch: async () => {
      throw new AppError('SECRET_UNAVAILABLE', 'away', { retryable: true });
    },
  },
  monotonicMs: () => 0,
});
const sources = (over: Partial<Sources> = {}): Sources => ({ book, secrets, isLocal: false, ...over });
const instances: InstanceReader = { read: async () => 'away' };

const nowS = 1_700_000_000;
const nowMs = nowS * 1000;
const message = { version: 1, action: 'end', id: 'OPS-1.2/3', requestId: 'OPS-1' };
function envelope(over: { source?: string; ageS?: number; value?: unknown; text?: string; key?: string } = {}) {
  const text = over.text ?? JSON.stringify(over.value ?? message);
  const timestamp = nowS - (over.ageS ?? 0);
  const id = (JSON.parse(text) as { id: string }).id;
  const signature = new Webhook(over.key ?? secret).sign(id, new Date(timestamp * 1000), text);
  return { source: over.source ?? 'queue', timestamp: String(timestamp), message: text, signature };
}
const judge = (value: unknown, over: Partial<Sources> = {}) => authenticate(value, sources(over), nowMs);
const code = async (value: unknown, over: Partial<Sources> = {}) => {
  const found = await judge(value, over);
  return 'refusal' in found ? found.refusal.code : undefined;
};

describe('an unsigned message', () => {
  it('is refused where nothing else was said', async () => {
    expect(await judge(message)).toEqual({
      source: 'queue',
      id: message.id,
      refusal: { code: 'UNSIGNED_MESSAGE', message: expect.stringContaining('sources.yaml'), path: '' },
    });
  });

  it('is taken on a laptop, and where all writers of the queue are trusted', async () => {
    const expected = { source: 'queue', reach: 'own', value: message };

    expect(await judge(message, { isLocal: true })).toEqual(expected);
    expect(
      await judge(message, { book: { queue: { kind: 'queue', trust: 'everyone-who-can-write', approvesOwn: false } } }),
    ).toEqual(expected);
  });

  it('is nobody where there is no queue', async () => {
    expect(await code(message, { book: {}, isLocal: true })).toBe('UNKNOWN_SOURCE');
    expect(await code(message, { book: { queue: { kind: 'api', approvesOwn: false } }, isLocal: true })).toBe(
      'UNKNOWN_SOURCE',
    );
  });

  it('is judged without throwing, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await judge(value)).toHaveProperty('refusal');
        await judge({ ...envelope(), message: value });
      }),
    );
  });
});

describe('a signed message', () => {
  it('belongs to the source that it names and proves', async () => {
    expect(await judge(envelope())).toEqual({ source: 'queue', reach: 'own', value: message });
    expect(await judge(envelope({ source: 'partner', key: partnerSecret }))).toMatchObject({ source: 'partner' });
    expect(await judge({ ...envelope(), timestamp: nowS })).toMatchObject({ value: message });
  });

  it('cannot be another one’s', async () => {
    expect(await code(envelope({ source: 'partner' }))).toBe('BAD_SIGNATURE');
    expect(await code(envelope({ source: 'keyless' }))).toBe('BAD_SIGNATURE');
    expect(await code(envelope({ source: 'unset' }))).toBe('SECRET_MISSING');
    for (const source of ['nobody', 'api', 'tickets']) expect(await code(envelope({ source }))).toBe('UNKNOWN_SOURCE');
  });

  it('is proved on a laptop too: a wrong signature is never as good as none', async () => {
    expect(await code(envelope({ key: partnerSecret }), { isLocal: true })).toBe('BAD_SIGNATURE');
  });

  it.each([
    [0, undefined],
    [7 * 86_400, undefined],
    [7 * 86_400 + 1, 'STALE_SIGNATURE'],
    [-300, undefined],
    [-301, 'STALE_SIGNATURE'],
  ])('may wait in its queue for a week: %i s', async (ageS, expected) => {
    expect(await code(envelope({ ageS }))).toBe(expected);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['another text', { message: JSON.stringify({ ...message, action: 'approve' }) }, 'BAD_SIGNATURE'],
    ['another time', { timestamp: String(nowS + 1) }, 'BAD_SIGNATURE'],
    ['a time with a fraction', { timestamp: `${nowS}.0` }, 'INVALID_VALUE'],
    ['no signature', { signature: undefined }, 'MISSING_FIELD'],
    ['a field too many', { extra: 1 }, 'UNKNOWN_FIELD'],
    ['a text that is no JSON', { message: 'x' }, 'NOT_JSON'],
    ['a text that says two things', { message: '{"id":"a","id":"b"}' }, 'DUPLICATE_FIELD'],
    ['a text without an id', { message: '{}' }, 'MISSING_FIELD'],
    ['a message that is no text', { message: { id: 'x' } }, 'INVALID_TYPE'],
  ])('is refused with %s', async (_, over, expected) => {
    expect(await code({ ...envelope(), ...over })).toBe(expected);
  });

  it('cannot be read as another id at another time', async () => {
    expect(await code(envelope({ value: { ...message, id: `a.${nowS}.b` } }))).toBe('INVALID_VALUE');
  });

  it('may ask only for what its source may', async () => {
    const target = { cloud: 'ecs', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' };
    const partner = (value: object) =>
      code(envelope({ source: 'partner', key: partnerSecret, value: { ...message, ...value } }));

    expect(await partner({ action: 'authorize', target })).toBeUndefined();
    expect(await partner({ action: 'approve' })).toBe('ACTION_NOT_ALLOWED');
    expect(await partner({ action: 'authorize', target: { ...target, securityGroupId: 'sg-prod' } })).toBe(
      'TARGET_NOT_ALLOWED',
    );
    expect(await partner({ action: 'authorize', target: { ...target, account: 'other' } })).toBe('TARGET_NOT_ALLOWED');
  });

  it('waits where its secret cannot be had now', async () => {
    const away: SourceBook = { queue: { kind: 'queue', secrets: ['kms:away'], approvesOwn: false } };

    await expect(judge(envelope(), { book: away })).rejects.toMatchObject({
      code: 'SECRET_UNAVAILABLE',
      retryable: true,
    });
  });
});

describe('a webhook', () => {
  const data = { version: 1, action: 'authorize', id: 'OPS-7/1' };
  const request = (body: unknown, key = secret) => {
    const rawBody = Buffer.from(JSON.stringify(body));
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(nowS),
      'webhook-signature': new Webhook(key).sign('msg_1', new Date(nowMs), rawBody.toString()),
    };
    return { headers, rawBody };
  };
  const body = { type: 'lease.requested', timestamp: '2023-11-14T22:13:20Z', data };
  const read = (name: string, one: ReturnType<typeof request>, over: Partial<Sources> = {}) =>
    readWebhook({ ...sources(over), instances }, name, { query: {}, ...one }, nowMs);

  it('brings a message of its source', async () => {
    expect(await read('tickets', request(body))).toMatchObject({
      kind: 'message',
      delivered: { source: 'tickets', reach: 'own', value: data },
    });
  });

  it('is told apart: unknown, unproved, malformed, ignored, not allowed', async () => {
    expect(await read('nobody', request(body))).toEqual({ kind: 'unknown-source' });
    expect(await read('queue', request(body))).toEqual({ kind: 'unknown-source' });
    expect(await read('constructor', request(body))).toEqual({ kind: 'unknown-source' });
    expect(await read('tickets', request(body, partnerSecret))).toEqual({ kind: 'not-proved', code: 'BAD_SIGNATURE' });
    expect(await read('tickets', request({ type: 'lease.requested' }))).toMatchObject({ kind: 'malformed' });
    expect(await read('tickets', request({ type: 'other' }))).toMatchObject({ kind: 'ignored' });
    expect(await read('tickets', request({ ...body, data: { ...data, action: 'approve' } }))).toMatchObject({
      kind: 'message',
      delivered: { source: 'tickets', id: 'OPS-7/1', refusal: { code: 'ACTION_NOT_ALLOWED' } },
    });
  });

  it('is not read before it is proved', async () => {
    const unread = { ...request(body), rawBody: Buffer.from('{') };

    expect(await read('tickets', unread)).toEqual({ kind: 'not-proved', code: 'BAD_SIGNATURE' });
  });

  it('of a source whose secret is missing proves nothing', async () => {
    const unset: SourceBook = { tickets: { kind: 'standard-webhooks', secrets: ['env:NOT_SET'], approvesOwn: false } };

    expect(await read('tickets', request(body), { book: unset })).toEqual({
      kind: 'not-proved',
      code: 'SECRET_MISSING',
    });
  });

  it('is proved on a laptop with the published secret', async () => {
    const local = createSecretReader({
      isLocal: true,
      env: {},
      store: { fetch: async () => '' },
      monotonicMs: () => 0,
    });
    const shipped: SourceBook = {
      tickets: { kind: 'standard-webhooks', secrets: ['env:CURFEW_TICKETS_SECRETS'], approvesOwn: false },
    };

    const found = await read('tickets', request(body, localSecrets.CURFEW_TICKETS_SECRETS), {
      book: shipped,
      secrets: local,
      isLocal: true,
    });

    expect(found).toMatchObject({ kind: 'message' });
  });
});
