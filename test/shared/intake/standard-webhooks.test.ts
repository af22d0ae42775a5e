import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signingKey } from '../../../shared/intake/signing-keys.ts';
import { proveWebhook, understand } from '../../../shared/intake/standard-webhooks.ts';
import { messageBytesMax } from '../../../shared/lease/message.ts';
import { Secret } from '../../../shared/runtime/secret.ts';

/** Known answer: standard-webhooks/standard-webhooks, libraries/go/webhook_test.go. */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  rawBody: Buffer.from('{"test": 2432232314}'),
};
const vectorMs = 1_614_265_330_000;
const keys = (...secrets: string[]) => secrets.map((one) => signingKey(new Secret(one)));
const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

type Headers = Record<string, string>;
const prove = (over: { headers?: Headers; rawBody?: Buffer } = {}, nowMs = vectorMs, secrets = [vector.secret]) =>
  proveWebhook(
    { headers: { ...vector.headers, ...over.headers }, rawBody: over.rawBody ?? vector.rawBody },
    keys(...secrets),
    nowMs,
  );

describe('the signature of a webhook', () => {
  it('is proved for the known answer', () => {
    expect(prove()).toEqual({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAtMs: vectorMs });
  });

  it('is proved with each secret of a rotation, and with no other', () => {
    expect(prove({}, vectorMs, [other, vector.secret])).toHaveProperty('id');
    expect(prove({}, vectorMs, [vector.secret, other])).toHaveProperty('id');
    expect(prove({}, vectorMs, [other])).toBe('BAD_SIGNATURE');
    expect(prove({}, vectorMs, [])).toBe('BAD_SIGNATURE');
  });

  it('agrees with the package standardwebhooks, as signer and as judge', () => {
    const nowMs = Date.now();
    const id = fc.string({ unit: fc.constantFrom(...'abcXYZ019_-/:'), minLength: 1, maxLength: 40 });
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });

    fc.assert(
      fc.property(id, fc.string(), bytes, (msgId, body, key) => {
        const secret = `whsec_${Buffer.from(key).toString('base64')}`;
        const judge = new Webhook(secret);
        const headers = {
          'webhook-id': msgId,
          'webhook-timestamp': String(Math.floor(nowMs / 1000)),
          'webhook-signature': judge.sign(msgId, new Date(nowMs), body),
        };

        expect(proveWebhook({ headers, rawBody: Buffer.from(body) }, keys(secret), nowMs)).toHaveProperty('id', msgId);
      }),
    );
  });

  it('fits no other bytes: one flipped bit anywhere spoils it', () => {
    for (let bit = 0; bit < vector.rawBody.length * 8; bit += 1) {
      const rawBody = Buffer.from(vector.rawBody);
      rawBody[bit >> 3] = (rawBody[bit >> 3] ?? 0) ^ (1 << (bit & 7));

      expect(prove({ rawBody })).toBe('BAD_SIGNATURE');
    }
    const signature = vector.headers['webhook-signature'];
    const raw = Buffer.from(signature.slice(3), 'base64');
    for (let bit = 0; bit < raw.length * 8; bit += 1) {
      const flipped = Buffer.from(raw);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));

      expect(prove({ headers: { 'webhook-signature': `v1,${flipped.toString('base64')}` } })).toBe('BAD_SIGNATURE');
    }
  });

  it.each([
    [-301, 'STALE_TIMESTAMP'],
    [-299, undefined],
    [299, undefined],
    [301, 'STALE_TIMESTAMP'],
  ])('counts for five minutes: %i s', (seconds, code) => {
    const found = prove({}, vectorMs + seconds * 1000);

    expect(typeof found === 'string' ? found : undefined).toBe(code);
  });

  const good = vector.headers['webhook-signature'];
  it.each<[string, Headers, string | undefined]>([
    ['behind another one', { 'webhook-signature': `v1,${'A'.repeat(43)}= ${good}` }, undefined],
    ['behind four others', { 'webhook-signature': `${`v1,${'A'.repeat(43)}= `.repeat(4)}${good}` }, undefined],
    ['behind five others', { 'webhook-signature': `${`v1,${'A'.repeat(43)}= `.repeat(5)}${good}` }, 'BAD_SIGNATURE'],
    ['of a kind that we do not know', { 'webhook-signature': good.replace('v1,', 'v2,') }, 'BAD_SIGNATURE'],
    ['of the other kind', { 'webhook-signature': good.replace('v1,', 'v1a,') }, 'BAD_SIGNATURE'],
    ['cut short', { 'webhook-signature': good.slice(0, -4) }, 'BAD_SIGNATURE'],
    ['without padding', { 'webhook-signature': good.slice(0, -1) }, 'BAD_SIGNATURE'],
    ['in base64url', { 'webhook-signature': good.replaceAll('+', '-').replaceAll('/', '_') }, 'BAD_SIGNATURE'],
    ['in another spelling of the same bytes', { 'webhook-signature': good.replace('E=', 'F=') }, 'BAD_SIGNATURE'],
    ['sent twice in two headers', { 'webhook-signature': `${good},${good}` }, 'BAD_SIGNATURE'],
    ['empty', { 'webhook-signature': 'v1,' }, 'BAD_SIGNATURE'],
    ['missing', { 'webhook-signature': '' }, 'MISSING_HEADER'],
    ['for another id', { 'webhook-id': 'msg_other' }, 'BAD_SIGNATURE'],
    ['without an id', { 'webhook-id': '' }, 'MISSING_HEADER'],
    ['for two ids', { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek,msg_p5jXN8AQM9LWM0D4loKWxJek' }, 'BAD_SIGNATURE'],
    ['for an id with a full stop', { 'webhook-id': 'msg.1614265330' }, 'INVALID_HEADER'],
    ['for another time', { 'webhook-timestamp': '1614265331' }, 'BAD_SIGNATURE'],
    ['without a time', { 'webhook-timestamp': '' }, 'MISSING_HEADER'],
    ...[
      '1614265330.0',
      ' 1614265330',
      '+1614265330',
      '1614265330abc',
      '01614265330',
      '1.614265330e9',
      '16142653',
      '1614265330,1614265330',
      '-614265330',
      '１６１４２６５３３０',
    ].map((text): [string, Headers, string] => [
      `for the time ${text}`,
      { 'webhook-timestamp': text },
      'INVALID_HEADER',
    ]),
  ])('is judged %s', (_, headers, code) => {
    const found = prove({ headers });

    expect(typeof found === 'string' ? found : undefined).toBe(code);
  });

  it('costs nothing more when there are 20,000 of them', () => {
    const startedMs = performance.now();

    expect(prove({ headers: { 'webhook-signature': `${`v1,${'A'.repeat(43)}= `.repeat(20_000)}${good}` } })).toBe(
      'BAD_SIGNATURE',
    );

    expect(performance.now() - startedMs).toBeLessThan(50);
  });

  it('is the same whatever the headers say about anything else, and never thrown at', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.uint8Array(), (id, time, signature, body) => {
        const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature };

        expect(proveWebhook({ headers, rawBody: Buffer.from(body) }, keys(vector.secret), vectorMs)).toBeTypeOf(
          'string',
        );
      }),
    );
  });
});

describe('an ed25519 signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = (jwkPart: string | undefined) => Buffer.from(jwkPart ?? '', 'base64url');
  const publicBytes = raw(publicKey.export({ format: 'jwk' }).x);
  const seed = raw(privateKey.export({ format: 'jwk' }).d);
  const content = Buffer.concat([Buffer.from('msg_1.1614265330.'), vector.rawBody]);
  const signature = `v1a,${sign(null, content, privateKey).toString('base64')}`;
  const headers = { 'webhook-id': 'msg_1', 'webhook-signature': signature };

  it.each([
    ['the public key', `whpk_${publicBytes.toString('base64')}`],
    ['the private key', `whsk_${seed.toString('base64')}`],
    ['the private key with the public one behind it', `whsk_${Buffer.concat([seed, publicBytes]).toString('base64')}`],
  ])('is proved with %s', (_, secret) => {
    expect(prove({ headers }, vectorMs, [secret])).toHaveProperty('id');
    expect(prove({ headers, rawBody: Buffer.from('{}') }, vectorMs, [secret])).toBe('BAD_SIGNATURE');
    expect(prove({ headers: { ...headers, 'webhook-id': 'msg_2' } }, vectorMs, [secret])).toBe('BAD_SIGNATURE');
  });

  it('is not taken for an HMAC under its public key, which everybody has', () => {
    const forged = createHmac('sha256', publicBytes).update(content).digest('base64');

    expect(
      prove({ headers: { ...headers, 'webhook-signature': `v1,${forged}` } }, vectorMs, [
        `whpk_${publicBytes.toString('base64')}`,
      ]),
    ).toBe('BAD_SIGNATURE');
  });
});

describe('a webhook secret', () => {
  it.each([
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_AAAA',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    'whsec_not base64 at all, is it?',
    `whpk_${Buffer.alloc(31).toString('base64')}`,
  ])('%s is refused without being told', (text) => {
    expect(() => signingKey(new Secret(text))).toThrowError(
      expect.objectContaining({ code: 'INVALID_SECRET', message: expect.not.stringContaining(text) }),
    );
  });
});

describe('the body of a webhook', () => {
  const body = (value: unknown) => understand(Buffer.from(JSON.stringify(value)));

  it('holds a message', () => {
    expect(body({ type: 'lease.requested', timestamp: '2026-12-01T09:00:00Z', data: { id: 'x' } })).toEqual({
      value: { id: 'x' },
    });
  });

  it('of another type is ignored', () => {
    expect(body({ type: 'ticket.commented', data: 1 })).toEqual({
      ignored: expect.stringContaining('ticket.commented'),
    });
  });

  it.each([
    ['not json', 'NOT_JSON'],
    ['{"type":"lease.requested"}', 'MISSING_FIELD'],
    ['{"data":{}}', 'MISSING_FIELD'],
    ['[]', 'MISSING_FIELD'],
    ['{"type":"lease.requested","data":{"id":1,"id":2}}', 'DUPLICATE_FIELD'],
    [JSON.stringify({ type: 'lease.requested', data: 'x'.repeat(messageBytesMax) }), 'MESSAGE_TOO_LARGE'],
  ])('is refused: %.60s', (text, code) => {
    expect(understand(Buffer.from(text))).toMatchObject({ code });
  });
});
