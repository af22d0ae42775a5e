import type { Ledger, LedgerTx } from '../../reconcile/ledger-port.ts';
import { attempt, type Check } from './check.ts';

export type LedgerLook = {
  readonly ledger: Ledger;
  readonly health: { isPrimary(): Promise<boolean>; isMigrated(): Promise<boolean> };
  readonly isAuditKeyed: boolean;
};

/** Three periods of the hands' timers, two and a half of the comparison's. */
const timers = [
  { name: 'revoke', setting: 'swept:revoke', ageMaxMs: 3 * 60_000, isVital: true },
  { name: 'grant', setting: 'swept:grant', ageMaxMs: 3 * 60_000, isVital: true },
  { name: 'modify', setting: 'swept:modify', ageMaxMs: 3 * 60_000, isVital: false },
  { name: 'reconcile', setting: 'scanned', ageMaxMs: 25 * 60_000, isVital: false },
] as const;
type Timer = (typeof timers)[number];

export async function checkLedger({ ledger, health, isAuditKeyed }: LedgerLook): Promise<readonly Check[]> {
  const away = 'is the database up, and does DATABASE_URL lead to it?';
  const found = await Promise.all([
    attempt('timers', away, () => ledger.transaction('doctor', checkTimers)),
    attempt('ledger is the primary', away, async () => [primary(await health.isPrimary())]),
    attempt('ledger tables', away, async () => [migrated(await health.isMigrated())]),
  ]);
  return [...found.flat(), keyed(isAuditKeyed)];
}

const checkTimers = async (tx: LedgerTx): Promise<readonly Check[]> => {
  const checks: Check[] = [];
  for (const timer of timers) {
    checks.push(judge(timer, Number((await tx.getSetting(timer.setting)) ?? Number.NaN), tx.nowMs));
  }
  return checks;
};

function judge({ name, ageMaxMs, isVital }: Timer, atMs: number, nowMs: number): Check {
  const check = `timer of ${name}`;
  const ageMs = nowMs - atMs;
  if (ageMs <= ageMaxMs) return { name: check, verdict: 'ok', found: `ran ${Math.round(ageMs / 1000)} s ago` };
  const found = Number.isNaN(ageMs) ? 'never ran to its end' : `last ran ${Math.round(ageMs / 60_000)} min ago`;
  const advice = isVital
    ? `nothing ${name === 'revoke' ? 'ends' : 'begins'} by itself: is the timer trigger of the function ${name} enabled, and what do its result lines say?`
    : `is the function ${name} deployed, with its timer trigger enabled?`;
  return { name: check, verdict: isVital ? 'failed' : 'warning', found, advice };
}

const primary = (isPrimary: boolean): Check =>
  isPrimary
    ? { name: 'ledger is the primary', verdict: 'ok', found: 'it takes writes' }
    : {
        name: 'ledger is the primary',
        verdict: 'failed',
        found: 'it is a read-only copy',
        advice: 'give DATABASE_URL the primary endpoint: a copy may be behind, and nothing can be decided by it',
      };

const migrated = (isMigrated: boolean): Check =>
  isMigrated
    ? { name: 'ledger tables', verdict: 'ok', found: 'as this version knows them, or newer' }
    : {
        name: 'ledger tables',
        verdict: 'failed',
        found: 'older than this version',
        advice: 'let the database user of DATABASE_URL create tables in the schema curfew, or migrate as one who may',
      };

const keyed = (isKeyed: boolean): Check =>
  isKeyed
    ? { name: 'audit key', verdict: 'ok', found: 'the trail and the journal are proved under a key' }
    : {
        name: 'audit key',
        verdict: 'warning',
        found: 'there is none',
        advice: 'set CURFEW_AUDIT_KEY: without it whoever writes to the database could make the trail anew',
      };
