import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../scripts/bundle/build-functions.ts';
import { localSecrets } from '../../shared/runtime/local-secrets.ts';
import { request } from '../fakes/world.ts';
import { ecsTrial } from '../local/clouds/ecs-trial.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { webGroup } from '../support/real-world.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'curfew-deployed-'));
const canaries = {
  secret: 'canary-secret-1f6e',
  token: 'canary-token-77aa',
  header: 'canary-header-02bd',
  body: 'canary-body-5c1d',
};
let database: TestDatabase;

beforeAll(async () => {
  await buildFunctions(root, folder);
  database = await testDatabase();
}, 60_000);

afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

type Call = {
  readonly name: string;
  readonly event: string;
  readonly env?: Record<string, string>;
  readonly context?: object;
};

/** Loads a built bundle in plain Node.js, as anybody could, with nothing but environment variables. */
async function call({ name, event, env = {}, context = {} }: Call) {
  const script = `
    const { handler } = require(${JSON.stringify(join(folder, name, 'index.js'))});
    const { event, context } = JSON.parse(process.env.TRIAL);
    handler(Buffer.from(event), context).then(
      (answer) => process.stderr.write(JSON.stringify({ answer })),
      (error) => process.stderr.write(JSON.stringify({ thrown: { code: error.code, message: error.message } })),
    );`;
  const given = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: database.url,
    CURFEW_STAMP_KEYS: 'a-stamp-key-of-a-deployment',
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'local',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-secret',
    ...env,
    TRIAL: JSON.stringify({ event, context }),
  };
  const { stdout, stderr } = await run(process.execPath, ['-e', script], { env: given });
  const ended = JSON.parse(stderr) as { answer?: Record<string, unknown>; thrown?: { code: string } };
  return {
    ...ended,
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
    stdout,
  };
}

const message = () => request({ target: webGroup });
const errorOf = (answer: Record<string, unknown> | undefined) =>
  (answer?.results as { error?: { code: string } }[] | undefined)?.[0]?.error?.code;
const signed = (body: string, secret: string) => {
  const [id, timestamp] = ['msg_1', String(Math.floor(Date.now() / 1000))];
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
};
const httpEvent = (path: string, body: string, headers: Record<string, string>) =>
  JSON.stringify({
    version: 'v1',
    rawPath: path,
    body,
    isBase64Encoded: false,
    headers,
    queryParameters: {},
    requestContext: { http: { method: 'POST', path } },
  });

describe('a deployed function, without CURFEW_LOCAL', () => {
  it.each(['grant', 'revoke', 'modify'])('refuses an unsigned message at %s', async (name) => {
    const { answer, lines } = await call({ name, event: JSON.stringify(message()) });

    expect(errorOf(answer)).toBe('UNSIGNED_MESSAGE');
    expect(lines.at(-1)).toMatchObject({ message: 'result', function: name });
  });

  it('refuses a webhook signed with the published local secret, with an empty 401', async () => {
    const body = JSON.stringify({ type: 'lease.requested', data: message() });
    const event = httpEvent('/hooks/tickets', body, signed(body, localSecrets.CURFEW_TICKETS_SECRETS));

    const { answer } = await call({ name: 'intake', event });

    expect(answer).toMatchObject({ statusCode: 401, body: '' });
  });

  it.each(Object.entries(localSecrets))('does not run with the published %s', async (variable, value) => {
    const { thrown } = await call({ name: 'grant', event: '{}', env: { [variable]: value } });

    expect(thrown).toMatchObject({ code: 'INVALID_SETTINGS' });
  });

  it('takes a signed queue message, and shows no secret in any line', async () => {
    const ecs = await ecsTrial();
    const secret = `whsec_${Buffer.from(`${canaries.secret}-0123456789abcdef`).toString('base64')}`;
    const text = JSON.stringify({ ...message(), reason: canaries.body });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const { id } = JSON.parse(text) as { id: string };
    const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(`${id}.${timestamp}.${text}`)
      .digest('base64');
    const event = JSON.stringify({ source: 'queue', timestamp, message: text, signature: `v1,${signature}` });

    const { answer, stdout, lines } = await call({
      name: 'grant',
      event,
      env: { CURFEW_QUEUE_SECRETS: secret, ECS_ENDPOINT: ecs.url, CURFEW_API_TOKENS: `ci:${canaries.token}-long` },
      context: { requestId: 'r-1', credentials: { accessKeyId: 'local', accessKeySecret: 'local-secret' } },
    });

    expect(answer).toMatchObject({ results: [{ state: 'active' }] });
    expect(lines.at(-1)).toMatchObject({ message: 'result', requestId: 'r-1', taken: 1 });
    for (const canary of [...Object.values(canaries), secret, 'local-secret', signature])
      expect(stdout).not.toContain(canary);
  });

  it('shows no header and no body of a webhook that is refused', async () => {
    const event = httpEvent('/hooks/tickets', canaries.body, {
      authorization: `Bearer ${canaries.token}`,
      'x-other': canaries.header,
    });

    const { stdout } = await call({ name: 'intake', event });

    for (const canary of Object.values(canaries)) expect(stdout).not.toContain(canary);
  });
});
