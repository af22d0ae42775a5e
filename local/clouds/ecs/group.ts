import * as z from 'zod';
import { rule } from './rule.ts';

/** A remembered ClientToken: what it asked for, and what was answered. */
const tokenRecord = z.strictObject({
  token: z.string(),
  digest: z.string(),
  atMs: z.number(),
  status: z.int(),
  body: z.record(z.string(), z.unknown()),
});

/** A security group with its rules, and the client tokens used on it. Kept as one file. */
export const group = z.strictObject({
  accountId: z.string(),
  regionId: z.string(),
  id: z.string(),
  name: z.string(),
  description: z.string(),
  type: z.enum(['normal', 'enterprise']),
  /** Empty: the classic network. */
  vpcId: z.string(),
  resourceGroupId: z.string(),
  serviceManaged: z.boolean(),
  /** How many instances are said to be in it; there are none to be emulated. */
  instances: z.int().default(0),
  tags: z.array(z.strictObject({ key: z.string(), value: z.string() })),
  createdAtMs: z.number(),
  nextSequence: z.int(),
  rules: z.array(rule),
  tokens: z.array(tokenRecord),
});

export type TokenRecord = z.infer<typeof tokenRecord>;

/** Never changed in place: whoever holds one holds a snapshot. */
export type Group = Readonly<z.output<typeof group>>;

/** A group without rules; what is not named is as the vendor's default has it. */
export function emptyGroup(
  named: Pick<Group, 'accountId' | 'regionId' | 'id' | 'name' | 'description' | 'vpcId' | 'createdAtMs'>,
): Group {
  return {
    ...named,
    ...{ type: 'normal', resourceGroupId: '', serviceManaged: false, instances: 0, tags: [] },
    ...{ nextSequence: 1, rules: [], tokens: [] },
  };
}
