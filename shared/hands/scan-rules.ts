import type { Config } from '../config/config.ts';
import { shadowOf } from '../policy/shadow.ts';
import { widens } from '../policy/widening.ts';
import type { ScanDeps } from '../reconcile/scan.ts';
import type { Target } from '../rule/target.ts';

/** Where accounts.yaml does not say it. Whoever only looks takes half, and leaves the rest to those who open and close. */
const quota = 200;

/** How a scan judges what it finds, what it mends, and how fast it may look: as the configuration says. */
export function scanRules({
  guards,
  accounts,
}: Pick<Config, 'guards' | 'accounts'>): Pick<ScanDeps, 'widens' | 'shadowOf' | 'repair' | 'callsPerMinute'> {
  const repair = guards.repair ?? { widenedRules: 'revoke', strippedStamps: 'report' };
  const callsPerMinute = ({ account }: Target) =>
    Math.max(1, Math.floor((accounts[account]?.callsPerMinute ?? quota) / 2));
  return { widens, shadowOf, repair, callsPerMinute };
}
