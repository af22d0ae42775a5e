import { readFileSync } from 'node:fs';
import { sign } from '@octokit/webhooks-methods';
import { getSignature, decrypt as wecomDecrypt, encrypt as wecomEncrypt } from '@wecom/crypto';
import { describe, expect, it } from 'vitest';
import type { SourceBook } from '../../../../shared/config/sources-config.ts';
import type { HookRequest } from '../../../../shared/intake/system.ts';
import { decrypt as feishuDecrypt } from '../../../../shared/intake/systems/feishu.ts';
import {
  exampleSources,
  flips,
  hookTrial,
  hookSecrets as keys,
  trialNowMs as nowMs,
} from '../../../support/hook-trial.ts';
import * as signed from '../../../support/sign-hooks.ts';

type Vector = { provider: string; secret: string; headers: Record<string, string>; body: string } & Record<
  string,
  never
>;
const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/webhook-signatures.json', import.meta.url), 'utf8'),
) as Vector[];
const vector = (provider: string) => vectors.find((one) => one.provider === provider) as Vector;

const read = hookTrial();
const kindOf = async (name: string, request: HookRequest, atMs = nowMs) => (await read(name, request, atMs)).kind;
const isProved = async (name: string, request: HookRequest, atMs = nowMs) =>
  (await kindOf(name, request, atMs)) !== 'not-proved';

const dingtalkKeys = {
  token: keys.CURFEW_DINGTALK_TOKENS,
  aesKey: keys.CURFEW_DINGTALK_AES_KEYS,
  owner: 'dingexampleappkey',
  nowMs,
};
const feishuKeys = { encryptKey: keys.CURFEW_FEISHU_ENCRYPT_KEYS, nowMs };
const feishuEvent = { uuid: 'u-1', token: keys.CURFEW_FEISHU_TOKENS, type: 'event_callback', event: { type: 'x' } };
const signingSecret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const event = { a: 1 };

/** A proved request of each scheme, and whether its body is part of what is proved. */
const schemes: [string, HookRequest, boolean][] = [
  ['jira', signed.fromJira(event, keys.CURFEW_JIRA_SECRETS), true],
  ['github', signed.fromGithub(event, keys.CURFEW_GITHUB_SECRETS), true],
  ['servicenow', signed.fromServicenow(event, keys.CURFEW_SERVICENOW_SECRETS), true],
  ['dingtalk', signed.fromDingtalk({ EventType: 'x' }, dingtalkKeys), true],
  ['feishu', signed.fromFeishu(feishuEvent, feishuKeys), true],
  ['gitlab', signed.fromGitlab(event, keys.CURFEW_GITLAB_SECRETS), false],
  [
    'jira-automation',
    { ...signed.fromGitlab(event, ''), headers: { 'x-curfew-secret': keys.CURFEW_JIRA_AUTOMATION_SECRETS } },
    false,
  ],
  ['jira-server', { ...signed.fromGitlab(event, ''), query: { key: keys.CURFEW_JIRA_SERVER_SECRETS } }, false],
];

describe('known answers', () => {
  const book = (source: object): SourceBook => ({
    it: { events: [{ when: 'x', action: 'end' }], approvesOwn: false, ...source } as never,
  });
  const with1 = (source: object, env: Record<string, string>) => hookTrial({ book: book(source), env });

  it.each([
    ['jira', 'jira'],
    ['github', 'github'],
  ])('of %s hold', async (provider, kind) => {
    const { headers, body, secret } = vector(provider);
    const trial = with1({ kind, secrets: ['env:SECRET'], proof: 'signature' }, { SECRET: secret });

    // Proved, and then found to be no JSON.
    expect(await trial('it', { headers, query: {}, rawBody: Buffer.from(body) })).toMatchObject({
      kind: 'malformed',
      refusal: { code: 'NOT_JSON' },
    });
  });

  it('of DingTalk hold, and the answer can be read by an independent library', async () => {
    const given = vector('dingtalk') as unknown as {
      token: string;
      aesKey: string;
      ownerKey: string;
      query: Record<string, string>;
      body: string;
    };
    const trial = with1(
      { kind: 'dingtalk', tokens: ['env:TOKEN'], aesKeys: ['env:AES'], owners: [given.ownerKey], freshSeconds: 300 },
      { TOKEN: given.token, AES: given.aesKey },
    );

    const found = await trial(
      'it',
      { headers: {}, query: given.query, rawBody: Buffer.from(given.body) },
      1_445_827_045_067,
    );

    expect(found).toMatchObject({ kind: 'ignored', reason: expect.stringContaining('check_create_suite_url') });
    if (found.kind !== 'ignored') throw new Error('it is a check of the address');
    const { status, body } = found.form({ status: 202, body: {} });
    const { msg_signature, timeStamp, nonce, encrypt } = body as Record<string, string>;
    expect(status).toBe(200);
    expect(wecomDecrypt(given.aesKey, encrypt ?? '')).toMatchObject({ message: 'success', id: given.ownerKey });
    expect(getSignature(given.token, timeStamp ?? '', nonce ?? '', encrypt ?? '')).toBe(msg_signature);
  });

  it('of Feishu hold', () => {
    const given = vector('feishu-decrypt') as unknown as { encryptKey: string; encrypt: string; plaintext: string };

    expect(feishuDecrypt(given.encrypt, given.encryptKey)).toBe(given.plaintext);
  });

  it('of other people’s signers are taken: GitHub’s, and the DingTalk family’s', async () => {
    const body = JSON.stringify({ zen: 'Speak like a human.', hook_id: 1 });
    const header = await sign(keys.CURFEW_GITHUB_SECRETS, body);
    const encrypt = wecomEncrypt(dingtalkKeys.aesKey, '{"EventType":"check_url"}', dingtalkKeys.owner);
    const timestamp = String(nowMs);
    const signature = getSignature(dingtalkKeys.token, timestamp, 'abc', encrypt);

    expect(
      await read('github', { headers: { 'x-hub-signature-256': header }, query: {}, rawBody: Buffer.from(body) }),
    ).toMatchObject({ kind: 'ignored', reason: expect.stringContaining('ping') });
    expect(
      await read('dingtalk', {
        headers: {},
        query: { msg_signature: signature, timestamp, nonce: 'abc' },
        rawBody: Buffer.from(JSON.stringify({ encrypt })),
      }),
    ).toMatchObject({ kind: 'ignored', reason: expect.stringContaining('check_url') });
  });
});

describe('one bit', () => {
  it.each(schemes)('of what %s proves makes it nobody’s', async (name, request, isBodyCovered) => {
    expect(await isProved(name, request)).toBe(true);
    if (!isBodyCovered) return;
    for (const rawBody of flips(request.rawBody)) {
      expect(await isProved(name, { ...request, rawBody }), rawBody.toString()).toBe(false);
    }
  });

  it.each(schemes)('of a signature or secret of %s makes it nobody’s', async (name, request) => {
    const proofs = [
      'x-hub-signature',
      'x-hub-signature-256',
      'x-hmac-signature',
      'x-lark-signature',
      'x-gitlab-token',
      'x-curfew-secret',
    ];
    for (const field of proofs.filter((one) => request.headers[one] !== undefined)) {
      for (const flipped of flips(Buffer.from(request.headers[field] ?? ''))) {
        expect(
          await isProved(name, { ...request, headers: { ...request.headers, [field]: flipped.toString('latin1') } }),
        ).toBe(false);
      }
    }
    for (const [field, value] of Object.entries(request.query)) {
      for (const flipped of flips(Buffer.from(value))) {
        expect(
          await isProved(name, { ...request, query: { ...request.query, [field]: flipped.toString('latin1') } }),
        ).toBe(false);
      }
    }
  });

  it.each(schemes)('of the configured secret of %s makes everybody nobody', async (name, request) => {
    const env = Object.fromEntries(
      Object.entries(keys).map(([key, value]) => [
        key,
        /TOKENS|SECRETS|KEYS/.test(key)
          ? `${value.slice(0, 3)}${value[3] === 'A' ? 'B' : 'A'}${value.slice(4)}`
          : value,
      ]),
    );

    expect((await hookTrial({ env })(name, request)).kind).toBe('not-proved');
  });
});

describe('a time', () => {
  it.each([
    ['dingtalk', signed.fromDingtalk({ EventType: 'x' }, dingtalkKeys)],
    ['feishu', signed.fromFeishu(feishuEvent, feishuKeys)],
  ])('that %s signs is fresh for five minutes', async (name, request) => {
    expect(await kindOf(name, request, nowMs + 300_000)).not.toBe('not-proved');
    expect(await read(name, request, nowMs + 301_000)).toEqual({ kind: 'not-proved', code: 'STALE_TIMESTAMP' });
    expect(await read(name, request, nowMs - 301_000)).toEqual({ kind: 'not-proved', code: 'STALE_TIMESTAMP' });
  });

  it('of Feishu is covered, and so is its nonce', async () => {
    const request = signed.fromFeishu(feishuEvent, feishuKeys);
    const seconds = Number(request.headers['x-lark-request-timestamp']);
    const over = (headers: Record<string, string>) =>
      kindOf('feishu', { ...request, headers: { ...request.headers, ...headers } });

    expect(await over({ 'x-lark-request-timestamp': String(seconds + 1) })).toBe('not-proved');
    expect(await over({ 'x-lark-request-nonce': 'a-noncf' })).toBe('not-proved');
  });

  it('of GitLab’s signing token is covered, with id and body', async () => {
    const trial = hookTrial({ env: { CURFEW_GITLAB_SECRETS: `${signingSecret},gitlab-token-of-the-tests` } });
    const request = signed.fromGitlabSigned(event, signingSecret, nowMs);
    const kind = async (headers: Record<string, string>, rawBody = request.rawBody) =>
      (await trial('gitlab', { ...request, rawBody, headers: { ...request.headers, ...headers } })).kind;

    expect(await kind({})).toBe('ignored');
    expect(await kind({ 'webhook-id': 'msg_2' })).toBe('not-proved');
    expect(await kind({ 'webhook-timestamp': String(nowMs / 1000 + 1) })).toBe('not-proved');
    expect((await trial('gitlab', request, nowMs + 301_000)).kind).toBe('not-proved');
    for (const rawBody of flips(request.rawBody)) expect(await kind({}, rawBody)).toBe('not-proved');
    // A signature that does not fit is not made good by the plain token.
    expect(await kind({ 'webhook-id': 'msg_2', 'x-gitlab-token': 'gitlab-token-of-the-tests' })).toBe('not-proved');
  });
});

describe('what a scheme does not cover', () => {
  it('is the body, where a secret in a header or an address is all there is', async () => {
    for (const [name, request, isBodyCovered] of schemes) {
      if (!isBodyCovered) expect(await isProved(name, { ...request, rawBody: Buffer.from('{"b":2}') })).toBe(true);
    }
  });

  it('is the delivery’s id and the event’s name, which Jira and GitHub send in headers', async () => {
    for (const [name, request] of schemes.filter(([one]) => one === 'jira' || one === 'github')) {
      const headers = {
        ...request.headers,
        'x-atlassian-webhook-identifier': 'x',
        'x-github-event': 'x',
        'x-github-delivery': 'x',
      };
      expect(await isProved(name, { ...request, headers })).toBe(true);
    }
  });

  it('is any time, where none is signed: Jira, GitHub, ServiceNow and plain secrets can be replayed for ever', async () => {
    for (const [name, request] of schemes) {
      if (name !== 'dingtalk' && name !== 'feishu') expect(await isProved(name, request, nowMs + 1e12)).toBe(true);
    }
  });

  it('is, of DingTalk and Feishu, where one part ends and the next begins: only strict forms keep them apart', async () => {
    const request = signed.fromFeishu(feishuEvent, feishuKeys);
    const { 'x-lark-request-timestamp': time = '', 'x-lark-request-nonce': nonce = '' } = request.headers;
    const shifted = { 'x-lark-request-timestamp': `${time}${nonce[0]}`, 'x-lark-request-nonce': nonce.slice(1) };

    expect(await isProved('feishu', { ...request, headers: { ...request.headers, ...shifted } })).toBe(false);
  });
});

describe('secrets', () => {
  it('may be several, while one replaces another', async () => {
    for (const [name, request] of schemes) {
      const env = Object.fromEntries(
        Object.entries(keys).map(([key, value]) => [
          key,
          /TOKENS|SECRETS|KEYS/.test(key) ? `another-secret-altogether,${value}` : value,
        ]),
      );
      expect((await hookTrial({ env })(name, request)).kind, name).not.toBe('not-proved');
    }
  });

  it('that are missing prove nobody', async () => {
    const empty = Object.fromEntries(Object.keys(keys).map((key) => [key, '']));
    for (const [name, request] of schemes) {
      expect(await hookTrial({ env: empty })(name, request)).toEqual({ kind: 'not-proved', code: 'SECRET_MISSING' });
    }
  });

  it('of somebody else prove nobody: DingTalk’s event must be meant for this application', async () => {
    const request = signed.fromDingtalk({ EventType: 'x' }, { ...dingtalkKeys, owner: 'dinganotherappkey' });

    expect(await kindOf('dingtalk', request)).toBe('not-proved');
  });

  it('are asked of Feishu in every way that is configured', async () => {
    const inTheClear = { headers: {}, query: {}, rawBody: Buffer.from(JSON.stringify(feishuEvent)) };
    const wrongToken = signed.fromFeishu({ ...feishuEvent, token: 'x' }, feishuKeys);
    const unsigned = signed.fromFeishu(feishuEvent, { ...feishuKeys, isSigned: false });

    for (const request of [inTheClear, wrongToken, unsigned])
      expect(await kindOf('feishu', request)).toBe('not-proved');
  });

  it('of Feishu are answered with its challenge, which comes without a signature', async () => {
    const challenge = { type: 'url_verification', challenge: 'c-1', token: keys.CURFEW_FEISHU_TOKENS };
    const found = await read('feishu', signed.fromFeishu(challenge, { ...feishuKeys, isSigned: false }));
    const forged = await read(
      'feishu',
      signed.fromFeishu({ ...challenge, token: 'x' }, { ...feishuKeys, isSigned: false }),
    );

    expect(found).toMatchObject({ kind: 'ignored', answer: { challenge: 'c-1' } });
    expect(forged.kind).toBe('not-proved');
  });

  it('of Feishu may be a token alone, and with an Encrypt Key nothing is read that is not encrypted', async () => {
    const { encryptKeys: _, ...tokenOnly } = exampleSources.feishu as never as Record<string, string>;
    const { tokens: __, ...keyOnly } = exampleSources.feishu as never as Record<string, string>;
    const clear = (event: object) => ({ headers: {}, query: {}, rawBody: Buffer.from(JSON.stringify(event)) });
    const kind = async (source: object, event: object) =>
      (await hookTrial({ book: { it: source } as never })('it', clear(event))).kind;
    const challenge = { type: 'url_verification', challenge: 'c-1' };

    expect(await kind(tokenOnly, feishuEvent)).toBe('ignored');
    expect(await kind(tokenOnly, { ...feishuEvent, token: 'x' })).toBe('not-proved');
    expect(await kind(keyOnly, challenge)).toBe('not-proved');
  });
});
