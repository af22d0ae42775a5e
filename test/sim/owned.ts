import type { Cloud } from './cloud.ts';
import type { Plan } from './plan.ts';
import { chance } from './prng.ts';
import { type Tuple, tuplesOf } from './workload.ts';

/** What a rule says, in the simulation's own words: `group direction protocol ports peer policy priority`, and its text. */
export type Image = { readonly key: string; readonly description: string };

/** A rule that people own from the first moment of the day, and that revoke and modify leases name. */
export type Owned = { readonly id: string; readonly groupId: string; readonly tuple: Tuple; readonly image: Image };

/** Puts a few permanent rules into each group; some are the very tuples that authorize leases ask for. */
export function ownRules(plan: Plan, cloud: Cloud): readonly Owned[] {
  if (plan.changes === 0) return [];
  const draw = chance(plan.seed, 'owned');
  const shared = tuplesOf(plan);
  return cloud.groupIds.flatMap((groupId) => {
    const count = draw.int(1, 3);
    return Array.from({ length: count }, (_, index): Owned => {
      const isShared = index === 0 && draw.hit(0.5);
      const own: Tuple = { port: `${8440 + index}/${8440 + index}`, cidr: '10.0.0.0/8', direction: 'ingress' };
      const tuple = isShared ? draw.pick(shared) : own;
      const priority = isShared ? 1 : draw.int(1, 5);
      const description = draw.hit(0.15) ? '' : `made by the platform team ${index}`;
      const isIn = tuple.direction === 'ingress';
      cloud.byPerson(`AuthorizeSecurityGroup${isIn ? '' : 'Egress'}`, {
        SecurityGroupId: groupId,
        'Permissions.1.IpProtocol': 'tcp',
        'Permissions.1.PortRange': tuple.port,
        [`Permissions.1.${isIn ? 'SourceCidrIp' : 'DestCidrIp'}`]: tuple.cidr,
        'Permissions.1.Policy': 'accept',
        'Permissions.1.Priority': String(priority),
        ...(description === '' ? {} : { 'Permissions.1.Description': description }),
      });
      const key = `${groupId} ${tuple.direction} tcp ${tuple.port} ${tuple.cidr} accept ${priority}`;
      const known = cloud.truth.of(key)[0];
      if (!known) throw new Error(`a permanent rule was not made: ${key}`);
      return { id: known.id, groupId, tuple, image: { key, description } };
    });
  });
}

export type Setting = { readonly sourceCidrIp?: string; readonly priority?: number; readonly description?: string };

/** What a rule says after a modification. */
export function withSet(image: Image, set: Setting): Image {
  const words = image.key.split(' ');
  if (set.sourceCidrIp !== undefined) words[4] = set.sourceCidrIp;
  if (set.priority !== undefined) words[6] = String(set.priority);
  return { key: words.join(' '), description: set.description ?? image.description };
}

export const isSame = (a: Image | undefined, b: Image | undefined): boolean =>
  a?.key === b?.key && a?.description === b?.description;

/** Whether a cloud takes two rules for one: some leave the priority out. */
export function isTwin(a: string, b: string, { priorityIsIdentity }: Pick<Plan, 'priorityIsIdentity'>): boolean {
  return priorityIsIdentity ? a === b : withoutPriority(a) === withoutPriority(b);
}

const withoutPriority = (key: string): string => key.slice(0, key.lastIndexOf(' '));
