import { anchorStore } from '../../shared/hands/anchor-store.ts';
import { connectLooking, type Looking } from '../../shared/hands/connect-looking.ts';
import { shadowOf } from '../../shared/policy/shadow.ts';
import { widens } from '../../shared/policy/widening.ts';
import type { AnchorDeps } from '../../shared/reconcile/anchor.ts';
import type { ScanDeps } from '../../shared/reconcile/scan.ts';
import type { Target } from '../../shared/rule/target.ts';
import type { Platform } from '../../shared/runtime/platform.ts';

/** A scan that is begun by a repeated timer just after another would only use up the quota. */
const scanEveryMs = 60_000;
/** Where accounts.yaml does not say it. Whoever only looks takes half, and leaves the rest to those who open and close. */
const quota = 200;

export type ReconcileDeps = Looking & ScanDeps & Pick<AnchorDeps, 'anchors'>;

/** The real dependencies, with what judges a rule that differs. */
export async function connectReconcile(platform: Platform): Promise<ReconcileDeps> {
  const { settings } = platform;
  const deps = await connectLooking(platform);
  const { guards, accounts } = deps.config;
  const repair = guards.repair ?? { widenedRules: 'revoke', strippedStamps: 'report' };
  const everyMs = settings.isLocal ? 0 : scanEveryMs;
  const anchors = anchorStore(platform);
  const callsPerMinute = ({ account }: Target) =>
    Math.max(1, Math.floor((accounts[account]?.callsPerMinute ?? quota) / 2));
  return { ...deps, anchors, widens, shadowOf, repair, scanEveryMs: everyMs, callsPerMinute };
}
