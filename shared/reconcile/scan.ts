import { type Target, targetKey } from '../rule/target.ts';
import { Draft } from './draft.ts';
import { identify } from './ownership.ts';
import { plan } from './plan.ts';
import type { LedgerTx, Listing } from './ports.ts';
import { wakesOf } from './schedule.ts';
import { horizonMs, type WorkDeps } from './work.ts';

export type ScanReport = {
  readonly groups: number;
  readonly rules: number;
  /** Stamped rules of ours that nobody remembered: handed to the revocation. */
  readonly strays: number;
  /** Stamped rules that no row of the ledger knows. */
  readonly orphans: number;
  readonly failures: number;
};

/**
 * The ledger against the clouds: looks at every group in which a rule of ours ever was. A rule with our stamp that
 * the ledger believes gone is handed back to the loop; one that the ledger does not know at all is alarmed.
 */
export async function scan(deps: WorkDeps, mayGoOn: () => boolean): Promise<ScanReport> {
  const targets = await deps.ledger.transaction('targets', (tx) => tx.knownTargets());
  const report = { groups: 0, rules: 0, strays: 0, orphans: 0, failures: 0 };
  for (const target of targets) {
    if (!mayGoOn()) break;
    const look = await deps.apiFor(target).describe(target);
    if (look.kind !== 'listed') {
      report.failures += 1;
      deps.log.event('warn', 'a group could not be listed', { target: targetKey(target), code: look.code });
      continue;
    }
    const found = await deps.ledger.transaction('scan', (tx) => compare(tx, deps, target, look));
    report.groups += 1;
    report.rules += look.rules.length;
    report.strays += found.strays;
    report.orphans += found.orphans.length;
    for (const ruleId of found.orphans) {
      const message = 'a rule with our stamp is unknown to the ledger; it is left alone';
      deps.log.event('error', message, { alarm: true, code: 'ORPHAN', ruleId, target: targetKey(target) });
    }
    if (found.wakes.length > 0) await deps.nudger.nudge(found.wakes, found.nowMs);
  }
  await deps.ledger.transaction('scanned', (tx) => tx.setSetting('scanned', tx.nowMs));
  return report;
}

async function compare(tx: LedgerTx, deps: WorkDeps, target: Target, look: Listing) {
  const stamped = identify(target, look.rules, deps.stampKeys).filter((one) => one.stamp !== undefined);
  const keys = [...new Set(stamped.flatMap((one) => (one.key === undefined ? [] : [one.key])))];
  const draft = await Draft.load(tx, keys);
  const known = new Set(draft.rows.map((row) => row.key));
  const forgotten = draft.rows.filter((row) => keys.includes(row.key) && !row.isPresent && !row.isMaybePresent);
  // The loop decides whether it is really ours, and what is wanted; this only makes it look.
  for (const row of forgotten) draft.setRow(row.key, { isMaybePresent: true });
  plan(draft, tx.nowMs, deps.schedule);
  await draft.save(tx);
  const orphans = stamped.filter((one) => !known.has(one.key ?? '')).map((one) => one.listed.ruleId);
  return { strays: forgotten.length, orphans, wakes: wakesOf(draft.rows, tx.nowMs, horizonMs), nowMs: tx.nowMs };
}
