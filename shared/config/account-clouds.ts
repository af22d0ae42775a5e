import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Target } from '../rule/target.ts';
import type { Account } from './accounts-config.ts';
import type { ApsaraSection } from './apsara-section.ts';

/** Addresses that the environment gives for all accounts (ECS_ENDPOINT and its like). */
export type CloudEndpoints = { readonly [cloud in Target['cloud']]?: string | undefined };

/** How one cloud of an account is reached. No endpoint: the usual one. */
export type CloudPlace =
  | { readonly cloud: 'ecs'; readonly endpoint: string | undefined }
  | { readonly cloud: 'ens'; readonly endpoint: string | undefined; readonly form: 'stamped' | 'flat' }
  | { readonly cloud: 'apsara'; readonly baseUrl: string; readonly section: ApsaraSection | undefined };

/**
 * The target's cloud in its account. Every account has ECS, Edge Node Service where it is configured or has an
 * address, Apsara Stack where it has an address; `clouds` names what it has of these, where it has not all.
 */
export function placeOf(account: Account, target: Target, given: CloudEndpoints): CloudPlace | Refusal {
  const { cloud } = target;
  if (account.clouds !== undefined && !account.clouds.includes(cloud)) {
    return absent(target, `accounts.yaml gives it ${account.clouds.join(', ')} only`);
  }
  switch (cloud) {
    case 'ecs':
      return { cloud, endpoint: account.endpoints?.ecs ?? given.ecs };
    case 'ens':
      return ensPlace(account, target, given.ens);
    case 'apsara':
      return apsaraPlace(account, target, given.apsara);
  }
}

function ensPlace(account: Account, target: Target, given: string | undefined): CloudPlace | Refusal {
  const endpoint = account.endpoints?.ens ?? given;
  const isNamed = account.ens !== undefined || account.clouds !== undefined;
  if (!isNamed && endpoint === undefined) {
    return absent(target, 'give it `ens` in accounts.yaml, or set ENS_ENDPOINT');
  }
  // The service has no regions: a group under two names would be two groups to the ledger.
  const only = account.ens?.regionId;
  if (only !== undefined && only !== target.regionId) {
    const sentence = `Edge Node Service of account "${target.account}" goes by the region name ${only}`;
    return refusal('REGION_NOT_ALLOWED', sentence, '/target/regionId');
  }
  return { cloud: 'ens', endpoint, form: account.ens?.form ?? 'stamped' };
}

function apsaraPlace(account: Account, target: Target, given: string | undefined): CloudPlace | Refusal {
  const baseUrl = account.apsara?.baseUrl ?? account.endpoints?.apsara ?? given;
  if (baseUrl === undefined) {
    return absent(target, 'give `apsara` a baseUrl in accounts.yaml, or set APSARA_ENDPOINT');
  }
  return { cloud: 'apsara', baseUrl, section: account.apsara };
}

const absent = ({ account, cloud }: Target, why: string): Refusal =>
  refusal('CLOUD_NOT_ALLOWED', `account "${account}" has no cloud "${cloud}" here: ${why}`, '/target/cloud');
