import { changeText } from '../../shared/lease/change-text.ts';
import type { Lease, Link, RuleChange } from '../../shared/lease/lease.ts';
import { changeRow } from '../../shared/reconcile/change-rows.ts';
import type { RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { bilingual } from '../../shared/rule/bilingual.ts';
import type { Described } from './later.ts';
import type { leaseChangeSchema } from './rule-answers.ts';

type ChangeView = Described<typeof leaseChangeSchema>;
type Known = {
  readonly links: ReadonlyMap<string, Link>;
  readonly rows: ReadonlyMap<string, RuleRow>;
  /** The newest lease on each rule: a row tells of that one, whatever older leases did to the same rule. */
  readonly newest: ReadonlyMap<string, string>;
};

/** What a lease does to rules that are there, each with what is known of it now. */
export const viewChanges = (lease: Lease, known: Known): ChangeView[] =>
  (lease.changes ?? []).map((change) => viewChange(lease, change, known));

function viewChange(lease: Lease, named: RuleChange, { links, rows, newest }: Known): ChangeView {
  const { key } = changeRow(lease, named);
  const link = links.get(key);
  const row = newest.get(key) === lease.id ? rows.get(key) : undefined;
  const isPresent = link !== undefined && (row?.isPresent ?? false);
  const { ruleId, before, after, isDone = false } = row?.change ?? {};
  const error = link?.error ?? row?.error;
  return {
    ...viewNamed(named),
    text: changeText({ ...named, ruleId: ruleId ?? named.ruleId }, before ?? named.rule),
    ...{ ruleId: ruleId ?? named.ruleId, before, after, isPresent, isDone },
    withdrawn: link?.isWithdrawn ?? false,
    stuck: row?.isStuck ?? false,
    error: error && bilingual(error),
  };
}

/** A change as it was asked for. */
export const viewNamed = ({ ruleId, rule, set }: RuleChange) => ({ securityGroupRuleId: ruleId, rule, set });

/** The newest lease on each rule; ids sort by time. */
export function newestOn(links: readonly Link[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const { ruleKey, leaseId } of links) {
    const known = newest.get(ruleKey);
    if (known === undefined || known < leaseId) newest.set(ruleKey, leaseId);
  }
  return newest;
}
