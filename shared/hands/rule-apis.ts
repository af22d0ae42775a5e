import { budgetedRuleApi } from '../cloud/budgeted-rule-api.ts';
import type { CredentialSource } from '../cloud/credentials.ts';
import { createEcsRuleApi } from '../cloud/ecs/ecs-rule-api.ts';
import { createEnsRuleApi } from '../cloud/ens/ens-rule-api.ts';
import { retryingRuleApi } from '../cloud/retrying-rule-api.ts';
import { type CloudPlace, placeOf } from '../config/account-clouds.ts';
import { type Accounts, accountOf } from '../config/accounts-config.ts';
import type { RuleApi } from '../reconcile/cloud-port.ts';
import type { Target } from '../rule/target.ts';
import { AppError } from '../runtime/app-error.ts';
import type { Platform } from '../runtime/platform.ts';
import { accountCredentials } from './account-credentials.ts';
import { apsaraAdapter } from './apsara-adapter.ts';

/** One adapter for each cloud, account and region, kept warm; credentials are asked for at every call. */
export function ruleApis(platform: Platform, accounts: Accounts): (target: Target) => RuleApi {
  const kept = new Map<string, RuleApi>();
  const credentialsOf = accountCredentials(platform);
  return (target) => {
    const key = `${target.cloud} ${target.account} ${target.regionId}`;
    const found = kept.get(key);
    if (found) return found;
    const account = accountOf(accounts, target);
    if ('code' in account) throw new AppError(account.code, account.message);
    const place = placeOf(account, target, platform.settings.endpoints);
    if ('code' in place) throw new AppError(place.code, place.message);
    const adapter = adapterFor(platform, target, place, credentialsOf(target.account, account));
    const made = retryingRuleApi(budgetedRuleApi(adapter, platform.clock, account.callsPerMinute), platform.clock);
    kept.set(key, made);
    return made;
  };
}

function adapterFor(
  { secrets, settings }: Platform,
  { regionId }: Target,
  place: CloudPlace,
  credentials: CredentialSource,
): RuleApi {
  switch (place.cloud) {
    case 'ecs':
      return createEcsRuleApi({ regionId, endpoint: place.endpoint, credentials });
    case 'ens':
      return createEnsRuleApi({ regionId, endpoint: place.endpoint, form: place.form, credentials });
    case 'apsara':
      return apsaraAdapter({ regionId, place, credentials, secrets, isLocal: settings.isLocal });
  }
}
