import type { Hand } from '../reconcile/hand.ts';
import type { LedgerTx } from '../reconcile/ledger-port.ts';
import { targetKey } from '../rule/target.ts';
import { ruleOf, type StoredGroup, type StoredRule, targetOf } from './rules.ts';
import { instant, msOf, type Sql } from './sql.ts';

export type ClaimsTx = Pick<LedgerTx, 'claimDue' | 'dueSoon'>;

const dueColumns = { grant: 'due_grant', revoke: 'due_revoke', modify: 'due_modify' } as const satisfies Record<
  Hand,
  string
>;

/** Parameters: $1 now, $2 claim id, $3 until, $4 limit, and $5 the group, if one is wanted. */
function claimText(hand: Hand, isGroupGiven: boolean): string {
  const due = dueColumns[hand];
  const isClaimable = `${due} is not null and ${due} <= $1::timestamptz and (claim_until is null or claim_until <= $1::timestamptz)`;
  const group = isGroupGiven ? '$5::text' : '(select group_key from head)';
  const head = `head as (
      select group_key from curfew.rule where ${isClaimable}
      order by ${due}, group_key limit 1 for no key update skip locked
    ),`;
  return `with ${isGroupGiven ? '' : head}
    picked as (
      select key from curfew.rule where group_key = ${group} and ${isClaimable}
      order by ${due} limit $4 for no key update skip locked
    )
    update curfew.rule as r set claim_id = $2, claim_until = $3::timestamptz
    from picked where r.key = picked.key
    returning r.doc, r.claim_id, r.claim_until`;
}

export function claimsTx(sql: Sql, nowMs: number): ClaimsTx {
  return {
    async claimDue({ hand, target, claimId, untilMs, limit }) {
      const values = [instant(nowMs), claimId, instant(untilMs), limit];
      const { rows } = await sql<StoredRule>(
        claimText(hand, target !== undefined),
        target === undefined ? values : [...values, targetKey(target)],
      );
      // What an update returns has no order.
      const at = (row: StoredRule) => row.doc.dueMs[hand] ?? 0;
      return [...rows].sort((a, b) => at(a) - at(b)).map(ruleOf);
    },

    async dueSoon(hand, afterMs, untilMs, limit) {
      const due = dueColumns[hand];
      const { rows } = await sql<StoredGroup & { at: Date }>(
        `select g.cloud, g.account, g.region_id, g.group_id, soon.at from (
           select distinct ${due} as at, group_key from curfew.rule
           where ${due} is not null and ${due} > $1::timestamptz and ${due} <= $2::timestamptz
           order by ${due}, group_key limit $3
         ) as soon join curfew.rule_group as g using (group_key) order by soon.at, group_key`,
        [instant(afterMs), instant(untilMs), limit],
      );
      return rows.map((row) => ({ target: targetOf(row), atMs: msOf(row.at) }));
    },
  };
}
