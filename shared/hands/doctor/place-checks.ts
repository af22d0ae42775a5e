import type { Accounts } from '../../config/accounts-config.ts';
import type { RuleApi } from '../../reconcile/cloud-port.ts';
import { isGroupGone } from '../../reconcile/groups.ts';
import type { Reach } from '../../reconcile/reach.ts';
import { regionKey, type Target, targetKey } from '../../rule/target.ts';
import { attempt, type Check } from './check.ts';

export type PlaceLook = {
  readonly accounts: Accounts;
  /** Groups that are known or configured. */
  readonly targets: () => Promise<readonly Target[]>;
  readonly apiFor: (target: Target) => RuleApi;
  /** Absent where nothing limits the instances of a group: then they are not counted. */
  readonly reach?: Reach | undefined;
};

/** A group that nobody has: where no other is known, being told that it is not there proves that we are heard. */
const probeGroup = 'sg-curfew-doctor';
const placesMax = 50;

/** Does each cloud, account and region answer us? One group of each is looked at. */
export async function checkPlaces({ accounts, targets, apiFor, reach }: PlaceLook): Promise<readonly Check[]> {
  const places = new Map<string, { readonly target: Target; readonly isProbe: boolean }>();
  for (const [account, { regions }] of Object.entries(accounts)) {
    for (const regionId of regions === '*' ? [] : regions) {
      const target: Target = { cloud: 'ecs', account, regionId, securityGroupId: probeGroup };
      places.set(regionKey(target), { target, isProbe: true });
    }
  }
  for (const target of await targets()) places.set(regionKey(target), { target, isProbe: false });
  const asked = [...places.values()].slice(0, placesMax);
  const checks: Check[] = [];
  for (const { target, isProbe } of asked) {
    checks.push(...(await checkPlace(target, isProbe, apiFor)));
    if (reach && !isProbe) checks.push(...(await checkCount(target, apiFor)));
  }
  return checks;
}

function checkPlace(target: Target, isProbe: boolean, apiFor: PlaceLook['apiFor']): Promise<readonly Check[]> {
  const name = `${regionKey(target)} answers`;
  const advice = 'is the account configured in accounts.yaml, with a role or an endpoint that can be used?';
  return attempt(name, advice, async () => {
    const look = await apiFor(target).describe(target);
    if (look.kind === 'listed') {
      return [{ name, verdict: 'ok', found: `${look.rules.length} rules in ${target.securityGroupId}` }];
    }
    const isGone = isGroupGone(look);
    if (isGone) return [{ name, verdict: 'ok', found: `it says that there is no ${target.securityGroupId}` }];
    const found = `${look.code}: ${look.message}`;
    const isForbidden = look.kind === 'refused' && look.class === 'permission';
    if (!isForbidden) {
      return [{ name, verdict: 'failed', found, advice: 'is the endpoint reachable, and is the access key good?' }];
    }
    // Roles are allowed on listed groups only: an unknown one may be refused for that alone.
    const more = isProbe
      ? 'no group is known there yet; this may be right'
      : `may the role look at ${targetKey(target)}?`;
    return [{ name, verdict: isProbe ? 'warning' : 'failed', found, advice: more }];
  });
}

/** What cannot be counted does not open (`mostInstances` of guards.yaml). */
function checkCount(target: Target, apiFor: PlaceLook['apiFor']): Promise<readonly Check[]> {
  const name = `${regionKey(target)} counts instances`;
  const advice =
    'mostInstances of guards.yaml wants ecs:DescribeSecurityGroups of grant and console: nothing opens without';
  return attempt(name, advice, async () => {
    const counted = await apiFor(target).countInstances?.(target);
    if (counted === undefined) {
      const found = 'this cloud does not tell how many there are';
      return [{ name, verdict: 'warning', found, advice: 'mostInstances.unknown of guards.yaml decides' }];
    }
    if (counted.kind !== 'counted') {
      return [{ name, verdict: 'failed', found: `${counted.code}: ${counted.message}`, advice }];
    }
    return [{ name, verdict: 'ok', found: `${counted.instances} in ${target.securityGroupId}` }];
  });
}
