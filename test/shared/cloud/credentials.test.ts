import { describe, expect, it } from 'vitest';
import { credentialSource } from '../../../shared/cloud/credentials.ts';

const environment = { accessKeyId: 'env-id', accessKeySecret: 'env-secret', securityToken: 'env-token' };

describe('credentials', () => {
  it('are those of the present invocation, and change with it', async () => {
    let invocation = { accessKeyId: 'STS.1', accessKeySecret: 'one', securityToken: 'token-1' };
    const source = credentialSource({ invocation: () => invocation, environment });

    const first = await source();
    invocation = { accessKeyId: 'STS.2', accessKeySecret: 'two', securityToken: 'token-2' };
    const second = await source();

    expect([first.accessKeyId, second.accessKeyId]).toEqual(['STS.1', 'STS.2']);
  });

  it.each([
    ['has none', undefined],
    ['has empty ones', { accessKeyId: '', accessKeySecret: '', securityToken: '' }],
    ['has half of them', { accessKeyId: 'STS.1' }],
  ])('are those of the environment when the invocation %s', async (_name, invocation) => {
    const source = credentialSource({ invocation: () => invocation, environment });

    expect(await source()).toEqual(environment);
  });

  it('bear no empty security token', async () => {
    const source = credentialSource({
      invocation: () => undefined,
      environment: { ...environment, securityToken: '' },
    });

    expect(await source()).toEqual({ accessKeyId: 'env-id', accessKeySecret: 'env-secret' });
  });

  it('come from the default chain of the vendor when nobody gave any', async () => {
    const source = credentialSource({ invocation: () => undefined, environment: {} });
    const before = { ...process.env };
    Object.assign(process.env, {
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'chain-id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'chain-secret',
    });

    const found = await source();
    process.env = before;

    expect(found).toMatchObject({ accessKeyId: 'chain-id', accessKeySecret: 'chain-secret' });
  });
});
