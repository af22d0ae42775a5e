import { type CloudEndpoints, placeOf } from '../config/account-clouds.ts';
import { type Accounts, accountOf } from '../config/accounts-config.ts';
import type { AcceptDeps } from '../reconcile/accepting.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Target } from '../rule/target.ts';

type Action = Parameters<AcceptDeps['serves']>[0];

const ofLeases: readonly Action[] = ['extend', 'shorten', 'end', 'approve', 'reject'];
/** What each cloud is asked for. A message that names a lease names no cloud: it needs an action of any of them. */
const actionsOf: Readonly<Record<Target['cloud'], readonly Action[]>> = {
  ecs: ['authorize', 'modify', 'revoke', ...ofLeases],
  ens: ['authorize', 'revoke', ...ofLeases],
  apsara: ['authorize', 'revoke', ...ofLeases],
};
const anywhere = new Set(Object.values(actionsOf).flat());

/** What this deployment does where: a target outside accounts.yaml is refused before anything is written down. */
export function servedBy(accounts: Accounts, endpoints: CloudEndpoints): AcceptDeps['serves'] {
  return (action, target): Refusal | undefined => {
    if (!anywhere.has(action)) {
      return refusal('ACTION_NOT_SUPPORTED', `"${action}" is not served by this deployment`, '/action');
    }
    if (target === undefined) return undefined;
    const account = accountOf(accounts, target);
    if ('code' in account) return account;
    const place = placeOf(account, target, endpoints);
    if ('code' in place) return place;
    if (!actionsOf[target.cloud].includes(action)) {
      return refusal('ACTION_NOT_SUPPORTED', `cloud "${target.cloud}" does not have "${action}"`, '/action');
    }
    return undefined;
  };
}
