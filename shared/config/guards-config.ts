import * as z from 'zod/mini';
import { parseDuration } from '../lease/duration.ts';

const answer = z.enum(['refuse', 'allow']);
const duration = z.string().check(z.refine((text) => parseDuration(text) !== undefined, { error: 'duration' }));
const prefix = (max: number) => z.int().check(z.gte(1), z.lte(max));

/** guards.yaml: limits that no policy lifts. Every field is spelled out, so that nothing is open by omission. */
export const guardsSchema = z.strictObject({
  longestLease: duration,
  worldOpen: answer,
  allPorts: answer,
  wideningChanges: answer,
  widestCidr: z.strictObject({
    publicIpv4: prefix(32),
    privateIpv4: prefix(32),
    publicIpv6: prefix(128),
    privateIpv6: prefix(128),
  }),
  crossAccountPeers: z.optional(answer),
  prefixLists: z.optional(answer),
  widestTogether: z.optional(
    z.strictObject({
      publicIpv4: prefix(32),
      privateIpv4: prefix(32),
      publicIpv6: prefix(128),
      privateIpv6: prefix(128),
    }),
  ),
  longestInARow: z.optional(z.strictObject({ rule: duration, person: duration, pause: duration })),
  approvalTimeout: z.optional(duration),
  breakGlass: z.optional(z.strictObject({ longestLease: duration })),
  mostPublicIpv4: z.optional(z.int().check(z.gte(1))),
  mostInstances: z.optional(z.strictObject({ count: z.int().check(z.gte(0)), unknown: answer })),
  repair: z.optional(
    z.strictObject({
      widenedRules: z._default(z.enum(['revoke', 'report']), 'revoke'),
      strippedStamps: z._default(z.enum(['restamp', 'report']), 'report'),
    }),
  ),
  protectedGroups: z.array(
    z.string().check(
      z.refine((text) => /^[^\s/]+(?:\/[^\s/]+\/[^\s/]+\/[^\s/]+)?$/.test(text), {
        error: 'must be the id of a group, or cloud/account/region/group',
      }),
    ),
  ),
});

export type Guards = z.infer<typeof guardsSchema>;
