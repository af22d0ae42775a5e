import { describe, expect, it } from 'vitest';
import type { Accounts } from '../../../shared/config/accounts-config.ts';
import { servedBy } from '../../../shared/hands/served.ts';
import type { Target } from '../../../shared/rule/target.ts';

const endpoints = { ens: 'http://127.0.0.1:1', apsara: 'http://127.0.0.1:2' };
const accounts: Accounts = {
  default: { regions: '*' },
  shop: { regions: ['cn-hangzhou'], clouds: ['ecs'] },
  edge: { regions: '*', ens: { form: 'flat' } },
};
const at = (change: Partial<Target> = {}): Target => ({
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId: 'sg-1',
  ...change,
});

describe('what is served', () => {
  const serves = servedBy(accounts, endpoints);

  it.each(['ecs', 'ens', 'apsara'] as const)('is opening on %s', (cloud) => {
    expect(serves('authorize', at({ cloud }))).toBeUndefined();
  });

  it('is changing the end of whatever lease is named', () => {
    for (const action of ['extend', 'shorten', 'end', 'approve', 'reject'] as const)
      expect(serves(action, undefined)).toBeUndefined();
  });

  it.each([
    ['an account that nobody configured', at({ account: 'nobody' }), 'UNKNOWN_ACCOUNT', '/target/account'],
    [
      'a region of none of its own',
      at({ account: 'shop', regionId: 'cn-x' }),
      'REGION_NOT_ALLOWED',
      '/target/regionId',
    ],
    ['a cloud that the account has not', at({ account: 'shop', cloud: 'ens' }), 'CLOUD_NOT_ALLOWED', '/target/cloud'],
  ])('is not %s', (_, target, code, path) => {
    expect(serves('authorize', target)).toMatchObject({ code, path });
  });

  it('is modify on ECS alone: the others cannot do it', () => {
    expect(serves('modify', at({ account: 'edge', cloud: 'ens' }))).toMatchObject({
      code: 'ACTION_NOT_SUPPORTED',
      path: '/action',
    });
    expect(serves('revoke', at({ account: 'edge', cloud: 'ens' }))).toBeUndefined();
    expect(serves('modify', at({}))).toBeUndefined();
  });
});
