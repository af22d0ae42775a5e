import type { Lease } from '../lease/lease.ts';
import { type Target, targetKey } from '../rule/target.ts';
import type { Listing, NotListed, RuleApi } from './cloud-port.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { Log, Stopwatch } from './runtime-ports.ts';

/** Groups in which a rule of ours may be, whatever the ledger knows. `isWhole`: every account could be asked. */
export type GroupList = { readonly targets: readonly Target[]; readonly isWhole: boolean };
export type GroupFinder = () => Promise<GroupList>;

/** Each group once, in the order of their names, so that a run which was cut short can be taken up again. */
export function inOrder(targets: readonly Target[]): readonly Target[] {
  const byKey = new Map(targets.map((target) => [targetKey(target), target]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
}

const pageSize = 500;

/** Every rule in which a live lease of this group has a share: one that `counts`. */
export async function liveKeysOf(
  tx: LedgerTx,
  target: Target,
  counts: (lease: Lease) => boolean = () => true,
): Promise<readonly string[]> {
  const filter = { securityGroupId: target.securityGroupId, isLive: true, limit: pageSize };
  const leaseIds: string[] = [];
  let before: { createdAtMs: number; id: string } | undefined;
  do {
    const page = await tx.listLeases({ ...filter, before });
    const here = page.filter((lease) => targetKey(lease.target) === targetKey(target) && counts(lease));
    leaseIds.push(...here.map(({ id }) => id));
    before = page.length < pageSize ? undefined : page.at(-1);
  } while (before);
  return [...new Set((await tx.linksOfLeases(leaseIds)).map(({ ruleKey }) => ruleKey))];
}

/** The only failed look that says something about rules: there are none any more. */
export const isGroupGone = (look: NotListed): boolean => look.kind === 'refused' && look.class === 'group-gone';

/** What a group held, and when it was asked for it (by a stopwatch). */
export type TimedListing = Listing & { readonly askedAtMs: number };
export type LookDeps = {
  readonly apiFor: (target: Target) => RuleApi;
  readonly stopwatch: Stopwatch;
  readonly log: Log;
};

const oldestLookMs = 120_000;

/** A look, where something is made of it: whoever was frozen over it would tell of a group that is long another. */
export function ifFresh(
  { stopwatch }: Pick<LookDeps, 'stopwatch'>,
  look: TimedListing | NotListed,
): TimedListing | NotListed {
  const isOld = look.kind === 'listed' && stopwatch.monotonicMs() - look.askedAtMs > oldestLookMs;
  return isOld ? { kind: 'unknown', code: 'LOOK_TOO_OLD', message: 'the look is too old to go by' } : look;
}

/** A look that never throws. A group of an account that is not configured any more must not pass for empty. */
export async function lookAtGroup(
  { apiFor, stopwatch, log }: LookDeps,
  target: Target,
): Promise<TimedListing | NotListed> {
  const askedAtMs = stopwatch.monotonicMs();
  try {
    const look = await apiFor(target).describe(target);
    return look.kind === 'listed' ? { ...look, askedAtMs } : look;
  } catch (error) {
    log.event('warn', 'a group cannot be looked at', { target: targetKey(target), error });
    return { kind: 'unknown', code: 'NOT_LISTED', message: 'the group cannot be looked at' };
  }
}

const looksMax = 4;

/**
 * Looks at several groups side by side and hands each out in its turn: a slow one costs the others its own time, and
 * not a turn each. Begins no look once `mayGoOn` says no, and leaves none under way.
 */
export async function* looksInTurn(
  deps: LookDeps,
  targets: readonly Target[],
  mayGoOn: () => boolean,
): AsyncGenerator<{ readonly target: Target; readonly look: TimedListing | NotListed }> {
  const queue = [...targets];
  const begun: { readonly target: Target; readonly look: Promise<TimedListing | NotListed> }[] = [];
  const begin = (): void => {
    while (begun.length < looksMax && mayGoOn()) {
      const target = queue.shift();
      if (!target) return;
      begun.push({ target, look: lookAtGroup(deps, target) });
    }
  };
  try {
    begin();
    for (let next = begun.shift(); next; next = begun.shift()) {
      yield { target: next.target, look: await next.look };
      begin();
    }
  } finally {
    await Promise.all(begun.map(({ look }) => look));
  }
}
