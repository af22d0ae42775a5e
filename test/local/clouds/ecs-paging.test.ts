import { describe, expect, it } from 'vitest';
import { ecsTrial, refusalOf, shell } from './ecs-trial.ts';

async function manyRules(count: number) {
  const trial = await ecsTrial();
  await trial.control('/behaviour', { rulesPerGroupMax: 5_000 });
  const securityGroupId = await trial.createGroup();
  for (let first = 0; first < count; first += 100) {
    const batch = Array.from({ length: Math.min(100, count - first) }, (_, index) => ({
      ...shell(0),
      sourceCidrIp: `10.0.${Math.floor((first + index) / 250)}.${(first + index) % 250}/32`,
    }));
    await trial.authorize(batch, { securityGroupId });
  }
  return { ...trial, securityGroupId };
}

describe('paging of the emulated ECS', () => {
  it('shows 1,200 rules in pages of 500 unless told otherwise', async () => {
    const { describe: page, securityGroupId } = await manyRules(1_200);
    const sizes: number[] = [];
    const ids = new Set<string | undefined>();
    let nextToken: string | undefined;

    do {
      const body = await page({ securityGroupId, ...(nextToken ? { nextToken } : {}) });
      const rules = body.permissions?.permission ?? [];
      sizes.push(rules.length);
      for (const rule of rules) {
        ids.add(rule.securityGroupRuleId);
      }
      nextToken = body.nextToken;
    } while (nextToken);

    expect(sizes).toEqual([500, 500, 200]);
    expect(ids.size).toBe(1_200);
  });

  it('hides no rule when others are removed between two pages', async () => {
    const { describe: page, revoke, securityGroupId } = await manyRules(30);
    const first = await page({ securityGroupId, maxResults: 10 });
    const shown = (first.permissions?.permission ?? []).map(({ securityGroupRuleId }) => securityGroupRuleId);
    await revoke({ securityGroupId, securityGroupRuleId: shown });

    const rest = await page({ securityGroupId, maxResults: 1000, nextToken: first.nextToken });

    expect(rest.permissions?.permission).toHaveLength(20);
    expect(rest.nextToken).toBe('');
  });

  it('refuses page sizes outside 10 to 1000 and tokens of other lists', async () => {
    const { describe: page, securityGroupId } = await manyRules(20);
    const { nextToken } = await page({ securityGroupId, maxResults: 10 });

    const refusals = await Promise.all([
      refusalOf(page({ securityGroupId, maxResults: 9 })),
      refusalOf(page({ securityGroupId, maxResults: 1001 })),
      refusalOf(page({ securityGroupId, nextToken: 'nonsense' })),
      refusalOf(page({ securityGroupId, direction: 'egress', nextToken })),
    ]);

    expect(refusals.map(({ statusCode, code }) => `${statusCode} ${code}`)).toEqual([
      '400 InvalidParameter.MaxResults',
      '400 InvalidParameter.MaxResults',
      '400 InvalidParameter.NextToken',
      '400 InvalidParameter.NextToken',
    ]);
  });

  it('lists groups by token without a total, or by page number with one', async () => {
    const { createGroup, listGroups } = await ecsTrial();
    for (let index = 0; index < 10; index += 1) {
      await createGroup({ securityGroupName: `group-${index}` });
    }

    const first = await listGroups({ maxResults: 8 });
    const second = await listGroups({ maxResults: 8, nextToken: first.nextToken });
    const numbered = await listGroups({ pageNumber: 2, pageSize: 10 });

    expect(first.securityGroups?.securityGroup).toHaveLength(8);
    expect(second.securityGroups?.securityGroup).toHaveLength(4);
    expect([first.totalCount, second.nextToken]).toEqual([undefined, '']);
    expect(numbered).toMatchObject({ totalCount: 12, pageNumber: 2, pageSize: 10 });
    expect(numbered.securityGroups?.securityGroup).toHaveLength(2);
  });

  it('finds groups by ids, name, kind and tag', async () => {
    const { createGroup, listGroups } = await ecsTrial();
    const id = await createGroup({
      securityGroupName: 'tagged',
      securityGroupType: 'enterprise',
      tag: [{ key: 'team', value: 'payments' }],
    });
    const queries = [
      { securityGroupIds: JSON.stringify([id, 'sg-none']) },
      { securityGroupId: id },
      { securityGroupName: 'tagged' },
      { securityGroupType: 'enterprise' },
      { tag: [{ key: 'team', value: 'payments' }] },
    ];

    const found = await Promise.all(queries.map(listGroups));

    expect(
      found.map(({ securityGroups }) => securityGroups?.securityGroup?.map((group) => group.securityGroupId)),
    ).toEqual(queries.map(() => [id]));
  });
});
