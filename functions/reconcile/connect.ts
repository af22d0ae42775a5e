import { anchorStore } from '../../shared/hands/anchor-store.ts';
import { connectLooking, type Looking } from '../../shared/hands/connect-looking.ts';
import { scanRules } from '../../shared/hands/scan-rules.ts';
import type { AnchorDeps } from '../../shared/reconcile/anchor.ts';
import type { ScanDeps } from '../../shared/reconcile/scan.ts';
import type { Platform } from '../../shared/runtime/platform.ts';

/** A scan that is begun by a repeated timer just after another would only use up the quota. */
const scanEveryMs = 60_000;

export type ReconcileDeps = Looking & ScanDeps & Pick<AnchorDeps, 'anchors'>;

/** The real dependencies, with what judges a rule that differs. */
export async function connectReconcile(platform: Platform): Promise<ReconcileDeps> {
  const { settings } = platform;
  const deps = await connectLooking(platform);
  const anchors = anchorStore(platform);
  return { ...deps, ...scanRules(deps.config), anchors, scanEveryMs: settings.isLocal ? 0 : scanEveryMs };
}
