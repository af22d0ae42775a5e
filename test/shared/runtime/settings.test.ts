import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { localSecrets } from '../../../shared/runtime/local-secrets.ts';
import { readSettings } from '../../../shared/runtime/settings.ts';

const deployed = {
  DATABASE_URL: 'postgres://curfew:open-sesame@db.example:5432/curfew',
  CURFEW_STAMP_KEYS: 'kms:curfew-stamp-keys',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_SETTINGS') return error.details.problems as string[];
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('fill in what a deployed function needs not say', () => {
    const settings = readSettings(deployed);

    expect(settings).toMatchObject({
      isLocal: false,
      fcClient: 'fc2',
      functionPrefix: '',
      lookAgainMs: 300_000,
      apiTokens: [],
      configFolder: undefined,
      stampKeys: [{ kind: 'kms', name: 'curfew-stamp-keys' }],
    });
    expect(settings.endpoints.ecs).toBeUndefined();
  });

  it('take published secrets on a laptop where none are given', () => {
    const settings = readSettings({ CURFEW_LOCAL: '1' });

    expect(settings.isLocal).toBe(true);
    expect(settings.lookAgainMs).toBe(60_000);
    expect(settings.stampKeys).toHaveLength(1);
    expect(settings.apiTokens).toHaveLength(1);
  });

  it('name every problem at once', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://x',
      CURFEW_FC_CLIENT: 'fc9',
      CURFEW_LOOK_AGAIN_SECONDS: 'soon',
      CURFEW_API_TOKENS: 'ci:short',
      ECS_ENDPOINT: 'http://a b',
    });

    for (const name of [
      'DATABASE_URL',
      'CURFEW_FC_CLIENT',
      'CURFEW_LOOK_AGAIN_SECONDS',
      'CURFEW_API_TOKENS',
      'ECS_ENDPOINT',
    ]) {
      expect(problems.some((one) => one.startsWith(name))).toBe(true);
    }
  });

  it.each(Object.entries(localSecrets))('refuse the published value of %s anywhere but on a laptop', (_, value) => {
    const problems = problemsOf({ ...deployed, SOME_OTHER_NAME: `first,${value}` });

    expect(problems).toEqual(['SOME_OTHER_NAME holds a published local secret, which is for CURFEW_LOCAL=1 only']);
  });

  it('refuse stamp keys that can be guessed', () => {
    expect(problemsOf({ ...deployed, CURFEW_STAMP_KEYS: 'kms:good,hunter2' })).toHaveLength(1);
  });

  it('refuse to fetch secrets in clear over a network', () => {
    expect(problemsOf({ ...deployed, KMS_ENDPOINT: 'http://kms.example' })).toHaveLength(1);
    expect(problemsOf({ ...deployed, KMS_ENDPOINT: 'http://127.0.0.1:9' })).toHaveLength(0);
  });

  it.each([
    ['oss://my-bucket', { bucket: 'my-bucket', prefix: '' }],
    ['oss://my-bucket/', { bucket: 'my-bucket', prefix: '' }],
    ['oss://my-bucket/curfew/prod', { bucket: 'my-bucket', prefix: 'curfew/prod/' }],
  ])('read %s as a bucket and a prefix', (text, anchor) => {
    expect(readSettings({ CURFEW_LOCAL: '1', CURFEW_AUDIT_ANCHOR: text }).auditAnchor).toEqual(anchor);
  });

  it.each(['my-bucket', 's3://my-bucket', 'oss://My_Bucket', 'oss://my-bucket/a b', 'oss://my-bucket//x'])(
    'refuse %s as a place for anchors',
    (text) => {
      expect(() => readSettings({ CURFEW_LOCAL: '1', CURFEW_AUDIT_ANCHOR: text })).toThrow('CURFEW_AUDIT_ANCHOR');
    },
  );

  it('treat an empty variable as one that is not set', () => {
    expect(readSettings({ ...deployed, FC_ENDPOINT: '', CURFEW_API_TOKENS: ' ' }).endpoints.fc).toBeUndefined();
  });

  it('speak https to an endpoint without a scheme', () => {
    const { endpoints } = readSettings({
      ...deployed,
      ECS_ENDPOINT: 'ecs.example/',
      STS_ENDPOINT: 'http://127.0.0.1:8707',
    });

    expect(endpoints.ecs).toBe('https://ecs.example');
    expect(endpoints.sts).toBe('http://127.0.0.1:8707');
  });

  it('print no secret', () => {
    const settings = readSettings({
      ...deployed,
      CURFEW_STAMP_KEYS: 'a-literal-stamp-key-0123',
      CURFEW_API_TOKENS: 'ci:0123456789abcdefXYZ',
    });

    const printed = [JSON.stringify(settings), inspect(settings, { depth: 9 }), `${settings.databaseUrl}`].join();

    expect(printed).not.toMatch(/open-sesame|a-literal-stamp-key|0123456789abcdefXYZ/);
    expect(settings.apiTokens).toMatchObject([{ kind: 'literal' }]);
  });
});
