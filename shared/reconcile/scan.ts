import type { Target } from '../rule/target.ts';
import { targetKey } from '../rule/target.ts';
import type { Listing } from './cloud-port.ts';
import { type CompareDeps, type Compared, compareGroup } from './compare-group.ts';
import type { Drift } from './drift-book.ts';
import { type GroupFinder, inOrder, isGroupGone } from './groups.ts';
import type { WorkDeps } from './work.ts';

/** When every group was last seen, and the group after which a scan that was cut short goes on. */
export const doneSetting = 'scanned';
const cursorSetting = 'scan-after';

export type ScanDeps = WorkDeps &
  CompareDeps & {
    readonly groups: GroupFinder;
    /** A scan is due so long after the last that was complete; one that was not is due at once. */
    readonly scanEveryMs: number;
  };
export type ScanReport = {
  readonly groups: number;
  readonly rules: number;
  /** Stamped rules of ours that nobody remembered: handed to the revocation. */
  readonly strays: number;
  /** Differences of any class. */
  readonly drift: number;
  readonly failures: number;
  /** Every group was seen. Else the next scan goes on where this one stopped, or begins again. */
  readonly isComplete: boolean;
};

/**
 * The ledger against the clouds: looks at every group that is configured, and at every one in which a rule of ours
 * ever was. Only a scan that saw all of them counts; the time of the last that did stands in the ledger.
 */
export async function scan(deps: ScanDeps, mayGoOn: () => boolean): Promise<ScanReport> {
  const begun = await deps.ledger.transaction('targets', async (tx) => ({
    known: await tx.knownTargets(),
    after: String((await tx.getSetting(cursorSetting)) ?? ''),
    doneMs: Number((await tx.getSetting(doneSetting)) ?? Number.NEGATIVE_INFINITY),
    nowMs: tx.nowMs,
  }));
  const report = { groups: 0, rules: 0, strays: 0, drift: 0, failures: 0 };
  if (begun.after === '' && begun.nowMs - begun.doneMs < deps.scanEveryMs) return { ...report, isComplete: true };
  const { targets, isWhole } = await deps.groups();
  let sinceMs = begun.nowMs;
  for (const target of inOrder([...begun.known, ...targets])) {
    if (targetKey(target) <= begun.after) continue;
    if (!mayGoOn()) return { ...report, isComplete: false };
    const look = await lookAt(deps, target);
    if (look === 'gone') continue;
    if (!look) {
      report.failures += 1;
      continue;
    }
    const { abilities } = deps.apiFor(target);
    const about = { target, listing: look, abilities, sinceMs };
    const compared = await deps.ledger.transaction('scan', async (tx) => {
      await tx.setSetting(cursorSetting, targetKey(target));
      return compareGroup(tx, deps, about);
    });
    sinceMs = compared.nowMs;
    report.groups += 1;
    report.rules += look.rules.length;
    report.strays += compared.strays;
    report.drift += compared.drift;
    await follow(deps, target, compared);
  }
  const isComplete = report.failures === 0 && isWhole;
  await deps.ledger.transaction('scanned', async (tx) => {
    await tx.setSetting(cursorSetting, null);
    if (isComplete) await tx.setSetting(doneSetting, tx.nowMs);
  });
  return { ...report, isComplete };
}

async function lookAt(deps: ScanDeps, target: Target): Promise<Listing | 'gone' | undefined> {
  try {
    const look = await deps.apiFor(target).describe(target);
    if (look.kind === 'listed') return look;
    if (isGroupGone(look)) return 'gone';
    deps.log.event('warn', 'a group could not be listed', { target: targetKey(target), code: look.code });
  } catch (error) {
    deps.log.event('warn', 'a group cannot be looked at', { target: targetKey(target), error });
  }
  return undefined;
}

async function follow({ log, nudger }: ScanDeps, target: Target, { appeared, wakes, nowMs }: Compared): Promise<void> {
  for (const one of appeared) log.event(levelOf(one), one.message, fieldsOf(one, target));
  if (wakes.length > 0) await nudger.nudge(wakes, nowMs);
}

/** What somebody's hand did to our rules within their lease is news; the rest needs a person. */
const mild: readonly string[] = ['RULE_EDITED', 'STAMP_STRIPPED', 'SHADOWED_BY_DROP'];
const levelOf = (one: Drift): 'warn' | 'error' => (mild.includes(one.class) ? 'warn' : 'error');

const fieldsOf = ({ class: code, ruleId, leaseIds, repair }: Drift, target: Target) => ({
  alarm: !mild.includes(code),
  code,
  ruleId,
  leaseIds,
  repair,
  target: targetKey(target),
});
