import type { EcsOptions } from '../cloud/ecs/ecs-caller.ts';
import { listEcsGroups } from '../cloud/ecs/list-groups.ts';
import { placeOf } from '../config/account-clouds.ts';
import type { Account, Accounts } from '../config/accounts-config.ts';
import type { GroupFinder, GroupList } from '../reconcile/groups.ts';
import type { Target } from '../rule/target.ts';
import { AppError } from '../runtime/app-error.ts';
import type { Platform } from '../runtime/platform.ts';
import { accountCredentials } from './account-credentials.ts';

/**
 * The groups that accounts.yaml names; of an account that names none, every group of ECS in its regions. Edge Node
 * Service and Apsara Stack are not asked for theirs: name them. A region that cannot be asked counts with what it
 * said last.
 */
export function configuredGroups(platform: Platform, accounts: Accounts): GroupFinder {
  const credentialsOf = accountCredentials(platform);
  const lastGood = new Map<string, readonly string[]>();
  const listAll = async (name: string, account: Account): Promise<GroupList> => {
    if (account.groups !== undefined) return { targets: account.groups.map((one) => named(name, one)), isWhole: true };
    const targets: Target[] = [];
    let isWhole = true;
    for (const where of regionsOf(platform, name, account)) {
      const key = `${name} ${where.regionId}`;
      const ids = await listOnce(platform, where, () => credentialsOf(name, account));
      if (ids) lastGood.set(key, ids);
      else isWhole = false;
      const known = ids ?? lastGood.get(key) ?? [];
      targets.push(...known.map((securityGroupId) => ({ ...where.place, securityGroupId })));
    }
    return { targets, isWhole };
  };
  return async () => {
    // Side by side: an account that does not answer must not keep the others' rules from being looked after.
    const lists = await Promise.all(Object.entries(accounts).map(([name, account]) => listAll(name, account)));
    return { targets: lists.flatMap(({ targets }) => targets), isWhole: lists.every(({ isWhole }) => isWhole) };
  };
}

type Where = {
  readonly regionId: string;
  readonly endpoint: string | undefined;
  readonly place: Omit<Target, 'securityGroupId'>;
};

/** Of an account for every region, the one that this function runs in: there may be a hundred. */
function regionsOf({ region, settings }: Platform, name: string, account: Account): readonly Where[] {
  const own = region === '' ? [] : [region];
  return (account.regions === '*' ? own : account.regions).flatMap((regionId): Where[] => {
    const place = { cloud: 'ecs', account: name, regionId } as const;
    const found = placeOf(account, { ...place, securityGroupId: '*' }, settings.endpoints);
    return 'code' in found || found.cloud !== 'ecs' ? [] : [{ regionId, endpoint: found.endpoint, place }];
  });
}

async function listOnce(
  { log }: Platform,
  { regionId, endpoint, place }: Where,
  credentials: () => EcsOptions['credentials'],
): Promise<readonly string[] | undefined> {
  const about = { account: place.account, regionId };
  try {
    const listed = await listEcsGroups({ regionId, endpoint, credentials: credentials() });
    if (listed.kind === 'listed') return listed.groupIds;
    log.event('warn', 'the groups of a region could not be listed', { ...about, code: listed.code });
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'NOT_LISTED';
    log.event('warn', 'the groups of a region could not be listed', { ...about, code, error });
  }
  return undefined;
}

/** `cloud/region/group`, as the schema has checked. */
function named(account: string, text: string): Target {
  const [cloud, regionId = '', securityGroupId = ''] = text.split('/');
  return { cloud: cloud as Target['cloud'], account, regionId, securityGroupId };
}
