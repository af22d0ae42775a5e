import type { Accounts } from '../../config/accounts-config.ts';
import type { RuleApi } from '../../reconcile/cloud-port.ts';
import { isGroupGone } from '../../reconcile/groups.ts';
import { type Target, targetKey } from '../../rule/target.ts';
import { attempt, type Check } from './check.ts';

export type PlaceLook = {
  readonly accounts: Accounts;
  /** Groups that are known or configured. */
  readonly targets: () => Promise<readonly Target[]>;
  readonly apiFor: (target: Target) => RuleApi;
};

/** A group that nobody has: where no other is known, being told that it is not there proves that we are heard. */
const probeGroup = 'sg-curfew-doctor';
const placesMax = 50;

/** Does each cloud, account and region answer us? One group of each is looked at. */
export async function checkPlaces({ accounts, targets, apiFor }: PlaceLook): Promise<readonly Check[]> {
  const places = new Map<string, { readonly target: Target; readonly isProbe: boolean }>();
  for (const [account, { regions }] of Object.entries(accounts)) {
    for (const regionId of regions === '*' ? [] : regions) {
      const target: Target = { cloud: 'ecs', account, regionId, securityGroupId: probeGroup };
      places.set(placeOf(target), { target, isProbe: true });
    }
  }
  for (const target of await targets()) places.set(placeOf(target), { target, isProbe: false });
  const asked = [...places.values()].slice(0, placesMax);
  const checks: Check[] = [];
  for (const place of asked) checks.push(...(await checkPlace(place.target, place.isProbe, apiFor)));
  return checks;
}

const placeOf = ({ cloud, account, regionId }: Target): string => `${cloud}/${account}/${regionId}`;

function checkPlace(target: Target, isProbe: boolean, apiFor: PlaceLook['apiFor']): Promise<readonly Check[]> {
  const name = `${placeOf(target)} answers`;
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
