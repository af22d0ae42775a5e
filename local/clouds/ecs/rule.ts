import * as z from 'zod';

/** The other end of a rule. Exactly one kind; CIDR beats group beats prefix list. */
const peer = z.strictObject({
  kind: z.enum(['ipv4', 'ipv6', 'group', 'prefix-list']),
  value: z.string(),
  ownerAccountId: z.string(),
});

const spec = z.strictObject({
  direction: z.enum(['ingress', 'egress']),
  ipProtocol: z.string(),
  policy: z.enum(['Accept', 'Drop']),
  priority: z.int(),
  nicType: z.enum(['internet', 'intranet']),
  portRange: z.string(),
  portRangeListId: z.string(),
  sourcePortRange: z.string(),
  peer,
  /** The near side of a quintuple rule: an address range of the group itself, usually empty. */
  nearCidr: z.string(),
  description: z.string(),
});

export const rule = z.strictObject({
  ...spec.shape,
  id: z.string(),
  /** Grows with every rule of the group: the order of pages, which removals do not shift. */
  sequence: z.int(),
  createdAtMs: z.number(),
});

export type Peer = z.infer<typeof peer>;
export type RuleSpec = z.infer<typeof spec>;
export type Rule = z.infer<typeof rule>;
export type Direction = RuleSpec['direction'];
