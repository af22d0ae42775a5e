import { createHash } from 'node:crypto';
import { isWaiting, type Lease, type RuleChange } from '../lease/lease.ts';
import { ruleKey } from '../rule/identity.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import { type Target, targetKey } from '../rule/target.ts';
import { liveKeysOf } from './groups.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { ChangeState, RuleRow } from './ledger-rows.ts';

/** One row a rule that is changed, whichever way: two live leases cannot change the same rule. */
export const changeKey = (target: Target, change: Pick<RuleChange, 'ruleId' | 'rule'>): string =>
  createHash('sha256')
    .update(`change ${targetKey(target)} ${change.ruleId ?? (change.rule ? ruleKey(target, change.rule) : '')}`)
    .digest('hex');

/** What a row says of its rule until that was seen. */
const unseen: Rule = {
  direction: 'ingress',
  ipProtocol: 'all',
  portRange: '-1/-1',
  policy: 'drop',
  priority: 1,
  nicType: 'intranet',
};

export function changeRow({ action, target }: Pick<Lease, 'action' | 'target'>, change: RuleChange): RuleRow {
  const { ruleId, rule, set } = change;
  return {
    key: changeKey(target, change),
    target,
    rule: rule ?? unseen,
    change: { action: action === 'modify' ? 'modify' : 'revoke', ruleId, set, isDone: false },
    isPresent: false,
    isMaybePresent: false,
    attempts: 0,
    isStuck: false,
    dueMs: {},
  };
}

/** Rows that an earlier lease left behind begin anew: `findConflict` has seen that nothing is under way on them. */
export async function renewChanges(tx: LedgerTx, rows: readonly RuleRow[]): Promise<void> {
  const fresh = new Map(rows.filter((row) => row.change !== undefined).map((row) => [row.key, row]));
  if (fresh.size === 0) return;
  const kept = await tx.rules([...fresh.keys()]);
  const renewed = kept.map(({ key, claimId, claimUntilMs }) => {
    const row = fresh.get(key);
    return row ? [{ ...row, claimId, claimUntilMs }] : [];
  });
  await tx.updateRules(renewed.flat());
}

/** A rule that another live lease opens or changes is not changed too. */
export async function findConflict(
  tx: LedgerTx,
  target: Target,
  changes: readonly RuleChange[],
  ownId?: string,
): Promise<Refusal | undefined> {
  if (changes.length === 0) return undefined;
  const own = changes.map((change) => changeKey(target, change));
  const opened = changes.map(({ rule }) => (rule ? ruleKey(target, rule) : undefined));
  const keys = [...own, ...opened.filter((key) => key !== undefined)];
  const known = new Map((await tx.rules(keys)).map((row) => [row.key, row]));
  const links = await tx.linksOfRules(keys, 'live');
  const leases = await tx.leases([...new Set(links.map((link) => link.leaseId))]);
  // What waits for approval keeps nobody from anything: it is judged again when it is approved.
  const isRival = (lease: Lease) => lease.id !== ownId && !isWaiting(lease);
  const rivals = new Set(leases.filter(isRival).map(({ id }) => id));
  const live = new Set(
    links.filter((link) => !link.isBorrowed && rivals.has(link.leaseId)).map((link) => link.ruleKey),
  );
  const otherNames = await namesInUse(tx, target, isRival);
  for (const [index, key] of own.entries()) {
    const before = known.get(key);
    // A request without an answer may still land on it, until a look after its time has found nothing.
    const isBusy = before && (before.isPresent || before.isMaybePresent || before.hotUntilMs !== undefined);
    if (isBusy || live.has(key) || live.has(opened[index] ?? '') || otherNames.has(key)) {
      const sentence = 'another live lease changes this rule; end that one first';
      return refusal('CONFLICTS_WITH_LEASE', sentence, `/rules/${index}`);
    }
  }
  return undefined;
}

/**
 * What the rules that live leases of this group open or change were seen to be: one message may name by its id what
 * another named by its attributes. Not locked: two that come in the same moment are told apart at their first look.
 */
async function namesInUse(
  tx: LedgerTx,
  target: Target,
  isRival: (lease: Lease) => boolean,
): Promise<ReadonlySet<string>> {
  const rows = await tx.peekRules(await liveKeysOf(tx, target, isRival));
  return new Set(rows.flatMap((row) => (row.change ? namesOfChanged(target, row.change) : namesOfOpened(row))));
}

/** One that was not looked at yet is in nobody's way. */
function namesOfChanged(target: Target, { ruleId, before, after }: ChangeState): readonly string[] {
  if (!before) return [];
  const images = [before, after].filter((rule) => rule !== undefined);
  return [...(ruleId ? [{ ruleId }] : []), ...images.map((rule) => ({ rule }))].map((name) => changeKey(target, name));
}

const namesOfOpened = ({ target, ruleId, isPresent }: RuleRow): readonly string[] =>
  isPresent && ruleId ? [changeKey(target, { ruleId })] : [];
