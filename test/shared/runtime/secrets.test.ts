import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { KmsSecretStore } from '../../../shared/runtime/kms-secret-store.ts';
import { localSecrets } from '../../../shared/runtime/local-secrets.ts';
import { parseSecretReferences } from '../../../shared/runtime/secret-reference.ts';
import { createSecretReader, type SecretStore } from '../../../shared/runtime/secrets.ts';

function reader(over: { isLocal?: boolean; env?: Record<string, string>; store?: SecretStore } = {}) {
  let nowMs = 0;
  const store = over.store ?? { fetch: async (name: string) => `of ${name}` };
  const secrets = createSecretReader({ isLocal: false, env: {}, store, ...over, monotonicMs: () => nowMs });
  const read = async (text: string) => (await secrets.read(parseSecretReferences(text))).map((one) => one.reveal());
  return { read, pass: (ms: number) => (nowMs += ms) };
}

describe('secrets', () => {
  it('come from where their references point, several from one place', async () => {
    const { read } = reader({ env: { KEYS: 'new, old' } });

    expect(await read('env:KEYS,kms:stamp,a-literal-one')).toEqual(['new', 'old', 'of stamp', 'a-literal-one']);
  });

  it('have published values on a laptop only', async () => {
    const text = 'env:CURFEW_TICKETS_SECRETS';

    expect(await reader({ isLocal: true }).read(text)).toEqual([localSecrets.CURFEW_TICKETS_SECRETS]);
    await expect(reader().read(text)).rejects.toMatchObject({
      code: 'SECRET_MISSING',
      message: expect.stringContaining(text),
    });
  });

  it('are refused by name where a deployed function uses a published one', async () => {
    const store = { fetch: async () => localSecrets.CURFEW_STAMP_KEYS };

    await expect(reader({ store }).read('kms:stamp')).rejects.toMatchObject({
      code: 'PUBLISHED_SECRET',
      message: expect.stringContaining('kms:stamp'),
    });
  });

  it('are kept for ten minutes, and longer while their store is away', async () => {
    let fetches = 0;
    let isAway = false;
    const fetch = async () => {
      fetches += 1;
      if (isAway) throw new Error('away');
      return `key ${fetches}`;
    };
    const { read, pass } = reader({ store: { fetch } });

    expect(await read('kms:k')).toEqual(['key 1']);
    pass(599_999);
    expect(await read('kms:k')).toEqual(['key 1']);
    pass(1);
    expect(await read('kms:k')).toEqual(['key 2']);
    isAway = true;
    pass(600_000);
    expect(await read('kms:k')).toEqual(['key 2']);
    expect(fetches).toBe(3);
    expect(await read('kms:k')).toEqual(['key 2']);
    expect(fetches).toBe(3);
  });
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function kms(status: number, answer: string) {
  const calls: { url: URL; headers: NodeJS.Dict<string | string[]> }[] = [];
  const server = createServer((request, response) => {
    calls.push({ url: new URL(request.url ?? '', 'http://kms'), headers: request.headers });
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const store = new KmsSecretStore({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: () => 'cn-hangzhou',
    credentials: () => ({
      accessKeyId: 'STS.abcdefgh',
      accessKeySecret: 'canary-secret-value',
      securityToken: 'canary-token-value',
    }),
  });
  return { store, calls };
}

describe('the Key Management Service', () => {
  it('is asked for the secret by name, signed', async () => {
    const { store, calls } = await kms(
      200,
      '{"SecretName":"k","SecretData":"the key","SecretDataType":"text","RequestId":"r"}',
    );

    expect(await store.fetch('curfew/stamp-keys')).toBe('the key');
    const [call] = calls;
    const action = call?.headers['x-acs-action'] ?? call?.url.searchParams.get('Action');
    expect(action).toBe('GetSecretValue');
    expect(call?.headers['x-acs-version'] ?? call?.url.searchParams.get('Version')).toBe('2016-01-20');
    expect(call?.url.searchParams.get('SecretName')).toBe('curfew/stamp-keys');
    expect(JSON.stringify(call)).toContain('canary-token-value');
    expect(JSON.stringify(call)).not.toContain('canary-secret-value');
  });

  it('says no for good', async () => {
    const { store } = await kms(
      404,
      '{"Code":"Forbidden.ResourceNotFound","Message":"Resource not found.","RequestId":"r"}',
    );

    await expect(store.fetch('k')).rejects.toMatchObject({ code: 'SECRET_MISSING', retryable: false });
  });

  it.each([
    [503, '<html>'],
    [400, '{"Code":"Throttling.User","Message":"slow down","RequestId":"r"}'],
  ])('is worth another try after %i %s', async (status, answer) => {
    const { store } = await kms(status, answer);

    const error = await store.fetch('k').catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'SECRET_UNAVAILABLE', retryable: true });
    expect(JSON.stringify(error)).not.toContain('canary');
  });

  it('holds texts, nothing else', async () => {
    const { store } = await kms(200, '{"SecretData":"AAAA","SecretDataType":"binary"}');

    await expect(store.fetch('k')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });
});
