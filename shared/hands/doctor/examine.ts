import type { Accounts } from '../../config/accounts-config.ts';
import type { Sources } from '../../intake/sources.ts';
import type { AnchorStore } from '../../reconcile/anchor-port.ts';
import type { RuleApi } from '../../reconcile/cloud-port.ts';
import type { Reach } from '../../reconcile/reach.ts';
import type { Target } from '../../rule/target.ts';
import type { Platform } from '../../runtime/platform.ts';
import { checkAnchors } from './anchor-checks.ts';
import { attempt, type Check } from './check.ts';
import { checkLedger, type LedgerLook } from './ledger-checks.ts';
import { checkClocks, checkNudges, checkSources, type Reached } from './outside-checks.ts';
import { checkPlaces } from './place-checks.ts';
import { checkRights } from './rights-checks.ts';

export type ExamineDeps = Omit<LedgerLook, 'isAuditKeyed'> & {
  readonly accounts: Accounts;
  readonly sources: Sources;
  readonly stampKeys: readonly string[];
  readonly apiFor: (target: Target) => RuleApi;
  readonly reach?: Reach | undefined;
  readonly anchors?: AnchorStore | undefined;
  readonly groups: () => Promise<{ readonly targets: readonly Target[] }>;
};

const reachMs = 3_000;

/** Everything that must work for rules to go home on time, looked at from the console's place. Changes nothing. */
export function examiner(platform: Platform, deps: ExamineDeps): () => Promise<readonly Check[]> {
  const { settings, clock, region } = platform;
  const outside = {
    nowMs: clock.nowMs,
    ledgerNowMs: () => deps.ledger.now(),
    reach,
    cloudUrl: settings.endpoints.ecs ?? `https://ecs.${region || 'cn-hangzhou'}.aliyuncs.com`,
    fcUrl: settings.endpoints.fc,
  };
  const targets = async () => {
    const known = await deps.ledger.transaction('targets', (tx) => tx.knownTargets());
    return [...known, ...(await deps.groups()).targets];
  };
  return async () => {
    const found = await Promise.all([
      checkLedger({ ...deps, isAuditKeyed: settings.auditKeys.length > 0 }),
      checkClocks(outside),
      [stampKeys(deps.stampKeys)],
      attempt('accounts', 'can the ledger and the clouds be reached?', () => checkPlaces({ ...deps, targets })),
      checkRights(deps.ledger),
      checkSources(deps.sources),
      checkNudges(outside),
      checkAnchors(deps.anchors, clock.nowMs()),
    ]);
    return found.flat();
  };
}

const stampKeys = (keys: readonly string[]): Check =>
  keys.length > 0
    ? { name: 'stamp keys', verdict: 'ok', found: `${keys.length}; the first one makes stamps` }
    : { name: 'stamp keys', verdict: 'failed', found: 'there is none', advice: 'set CURFEW_STAMP_KEYS' };

/** Asks without credentials: that somebody answers is all that is wanted, and what time they have. */
async function reach(url: string): Promise<Reached> {
  const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(reachMs), redirect: 'manual' });
  const dateMs = Date.parse(response.headers.get('date') ?? '');
  return { status: response.status, dateMs: Number.isNaN(dateMs) ? undefined : dateMs };
}
