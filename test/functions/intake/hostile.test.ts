import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../shared/runtime/logger.ts';
import { shippedPolicies } from '../../fakes/shipped-policies.ts';
import { hookSecrets as keys, trialNowMs } from '../../support/hook-trial.ts';
import * as signed from '../../support/sign-hooks.ts';
import { dingtalkForm, tickets } from '../../support/tickets.ts';
import { makeIntake } from './intake.ts';

const nasty = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'toString',
    '__proto__',
    'constructor',
    '\u0000',
    '\n{"level":"error"}',
    '\u202e',
    'half a \ud83d',
    'ОPS-1',
    'x'.repeat(5_000),
    1e308,
    -0,
  ),
  fc.dictionary(
    fc.constantFrom('toString', 'constructor', 'hasOwnProperty', 'length', 'value', 'key'),
    fc.jsonValue({ maxDepth: 1 }),
  ),
);

/** A real conversation's event in which some fields hold something else. */
const spoiled = (body: object) =>
  fc.array(fc.tuple(fc.nat(), nasty, fc.boolean()), { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = structuredClone(body);
    for (const [at, value, isGone] of changes) change(copy, at, value, isGone);
    return copy;
  });

function change(root: object, at: number, value: unknown, isGone: boolean): void {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(root);
  const [node, key] = places[at % Math.max(1, places.length)] ?? [];
  if (!node || key === undefined) return;
  if (isGone) delete node[key];
  else node[key] = value;
}

const what = ['asked', 'approved', 'closed'] as const;
const eventOf = (body: (of: (typeof what)[number]) => object) =>
  fc.oneof(
    nasty,
    fc.constantFrom(...what).chain((one) => spoiled(body(one))),
  );
const dingtalkKeys = {
  token: keys.CURFEW_DINGTALK_TOKENS,
  aesKey: keys.CURFEW_DINGTALK_AES_KEYS,
  owner: 'dingexampleappkey',
};

/** Events that are signed as they must be, whatever they say: only their reading is between them and the ledger. */
const requests = {
  jira: eventOf(tickets.jira.body).map((event) => signed.fromJira(event, keys.CURFEW_JIRA_SECRETS)),
  servicenow: eventOf(tickets.servicenow.body).map((event) =>
    signed.fromServicenow(event, keys.CURFEW_SERVICENOW_SECRETS),
  ),
  github: eventOf(tickets.github.body).map((event) => signed.fromGithub(event, keys.CURFEW_GITHUB_SECRETS)),
  gitlab: nasty.map((event) => signed.fromGitlab(event, keys.CURFEW_GITLAB_SECRETS)),
};
const thin = {
  dingtalk: (nowMs: number) =>
    eventOf(tickets.dingtalk.body).map((event) => signed.fromDingtalk(event, { ...dingtalkKeys, nowMs })),
  feishu: (nowMs: number) =>
    eventOf(tickets.feishu.body).map((event) =>
      signed.fromFeishu(event, { encryptKey: keys.CURFEW_FEISHU_ENCRYPT_KEYS, nowMs }),
    ),
};

/** The real engine: it reads what it is asked more strictly than we do. */
const policy = async () => (await shippedPolicies()).decide;

describe('whatever is sent', () => {
  it.each(Object.entries(requests))(
    'to %s by itself is answered: never thrown at, never 5xx',
    async (name, request) => {
      await fc.assert(
        fc.asyncProperty(request, async (one) => {
          expect([200, 202, 400, 401]).toContain((await makeIntake({ policy }).post(name, one)).status);
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(['dingtalk', 'feishu'] as const)('to %s is answered as well, whatever its form says', async (name) => {
    const { nowMs } = makeIntake().world.clock;
    await fc.assert(
      fc.asyncProperty(thin[name](nowMs), fc.oneof(nasty, spoiled(dingtalkForm)), async (one, instance) => {
        const { post, tick } = makeIntake({ instances: { read: async () => ({ instance }) }, policy });
        const { status } = await post(name, one);
        expect([200, 401]).toContain(status);
        await tick();
      }),
      { numRuns: 300 },
    );
  });

  it('without any proof is 401 or 404, in whatever headers and address it comes', async () => {
    const names = [
      'x-hub-signature',
      'x-hub-signature-256',
      'x-hmac-signature',
      'x-gitlab-token',
      'webhook-signature',
      'x-lark-signature',
      'authorization',
    ];
    const words = fc.oneof(
      fc.string(),
      fc.constantFrom('sha256=', `sha256=${'0'.repeat(64)}`, 'v1,AAAA', 'Basic Og==', ''),
    );
    const query = fc.dictionary(fc.constantFrom('signature', 'msg_signature', 'timestamp', 'nonce', 'key'), words);
    const sources = fc.constantFrom(
      'jira',
      'jira-automation',
      'jira-server',
      'dingtalk',
      'feishu',
      'servicenow',
      'github',
      'gitlab',
      'queue',
      'api',
      'constructor',
    );
    await fc.assert(
      fc.asyncProperty(
        sources,
        fc.dictionary(fc.constantFrom(...names), words),
        query,
        fc.uint8Array(),
        async (name, headers, more, bytes) => {
          const { post, leases } = makeIntake();
          expect([401, 404]).toContain(
            (await post(name, { headers, query: more, rawBody: Buffer.from(bytes) })).status,
          );
          expect(await leases()).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is one line of the log, and cannot write another', async () => {
    const lines: string[] = [];
    const log = createLogger({ nowMs: () => trialNowMs, write: (line) => void lines.push(line) });
    const forged = '\n{"level":"error","message":"forged"}\r\n\u2028';
    const body = tickets.jira.body('asked');
    body.issue.fields.summary = forged;
    const { deps, post, world } = makeIntake();
    Object.assign(deps, { log });

    await post('jira', tickets.jira.of({ ...body, webhookEvent: forged }));
    await post('jira', tickets.jira.of(body));
    await post('jira', tickets.jira.of({ ...body, issue: { ...body.issue, key: forged } }));
    log.event('info', 'the end', { reason: (await world.tx((tx) => tx.listLeases({ limit: 1 })))[0]?.reason });

    for (const line of lines) expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(lines.join('')).not.toContain('\n{"level":"error","message":"forged"');
    expect((await world.tx((tx) => tx.listLeases({ limit: 1 })))[0]?.reason).not.toMatch(/\p{Cc}/u);
  });
});
