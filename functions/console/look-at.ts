import type { Listing } from '../../shared/reconcile/cloud-port.ts';
import { isGroupGone } from '../../shared/reconcile/groups.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import type { Target } from '../../shared/rule/target.ts';
import type { ConsoleDeps } from './console-app.ts';
import { Problem } from './problem.ts';

/** Every rule of a group; undefined where there is no such group. A cloud that does not answer is a problem of its own. */
export async function lookAt({ apiFor }: Pick<ConsoleDeps, 'apiFor'>, target: Target): Promise<Listing | undefined> {
  const look = await apiFor(target).describe(target);
  if (look.kind === 'listed') return look;
  if (isGroupGone(look)) return undefined;
  throw new Problem(502, refusal(look.code, `the group cannot be looked at: ${look.message}`, '/target'));
}

export const groupNotFound = (): Refusal =>
  refusal('GROUP_NOT_FOUND', 'there is no such security group', '/target/securityGroupId');
