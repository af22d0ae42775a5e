import { describe, expect, it } from 'vitest';
import { orDefaultChain } from '../../../shared/cloud/credentials.ts';
import { AppError } from '../../../shared/runtime/app-error.ts';

const none = (): never => {
  throw new AppError('NO_CREDENTIALS', 'give the function a role');
};

/** With other variables in the process's own environment, which is where the vendor's chain looks. */
async function under<T>(variables: Record<string, string>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('ALIBABA_CLOUD_')) delete process.env[name];
  Object.assign(process.env, { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true', HOME: '/nonexistent' }, variables);
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

describe('credentials', () => {
  it('are the given ones, asked for at every call', async () => {
    let count = 0;
    const source = orDefaultChain(() => {
      count += 1;
      return { accessKeyId: `STS.${count}`, accessKeySecret: 's' };
    });

    expect([(await source()).accessKeyId, (await source()).accessKeyId]).toEqual(['STS.1', 'STS.2']);
  });

  it('come from the default chain of the vendor when nobody gave any', async () => {
    const chained = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'chain-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'chain-secret' };

    const found = await under(chained, async () => orDefaultChain(none)());

    expect(found).toMatchObject({ accessKeyId: 'chain-id', accessKeySecret: 'chain-secret' });
  });

  it('are asked for in words that help when the chain finds none either', async () => {
    await expect(under({}, async () => orDefaultChain(none)())).rejects.toMatchObject({ code: 'NO_CREDENTIALS' });
  });

  it('are not looked for elsewhere when the given ones failed for another reason', async () => {
    const broken = orDefaultChain(() => {
      throw new AppError('WRONG_ACCOUNT', 'not ours');
    });

    await expect(broken()).rejects.toMatchObject({ code: 'WRONG_ACCOUNT' });
  });
});
