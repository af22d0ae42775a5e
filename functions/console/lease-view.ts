import {
  type Approval,
  type Approvals,
  endOf,
  isWaiting,
  type Lease,
  type Link,
  noEndMs,
} from '../../shared/lease/lease.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { AuditRow, RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { bilingual } from '../../shared/rule/bilingual.ts';
import { ruleKey } from '../../shared/rule/identity.ts';
import { formatInstant } from '../../shared/rule/instant.ts';
import type { Rule } from '../../shared/rule/rule.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import type { leaseSchema, storySchema } from './answers.ts';
import { newestOn, viewChanges } from './change-view.ts';
import type { Described } from './later.ts';

export type LeaseView = Described<typeof leaseSchema>;
export type StoryView = Described<typeof storySchema>['story'];

/** Leases as the API shows them, each rule with what is known of it now. */
export async function viewLeases(tx: LedgerTx, leases: readonly Lease[]): Promise<LeaseView[]> {
  const links = await tx.linksOfLeases(leases.map((lease) => lease.id));
  const keys = [...new Set(links.map((link) => link.ruleKey))];
  const rows = new Map((await tx.peekRules(keys)).map((row) => [row.key, row]));
  const changed = [...rows.values()].filter((row) => row.change !== undefined).map((row) => row.key);
  const newest = newestOn(changed.length === 0 ? [] : await tx.linksOfRules(changed, 'all'));
  return leases.map((lease) => {
    const own = new Map(links.filter((link) => link.leaseId === lease.id).map((link) => [link.ruleKey, link]));
    return { ...viewLease(lease, own, rows), changes: viewChanges(lease, { links: own, rows, newest }) };
  });
}

function viewLease(
  lease: Lease,
  links: ReadonlyMap<string, Link>,
  rows: ReadonlyMap<string, RuleRow>,
): Omit<LeaseView, 'changes'> {
  const { id, source, requestId, action, state, target, requester, reason, ticket } = lease;
  const rules = lease.rules.map((rule) => {
    const key = ruleKey(target, rule);
    return viewRule(rule, links.get(key), rows.get(key));
  });
  return {
    ...{ id, source, requestId, action, state, target, rules, borrowed: rules.some((one) => one.borrowed) },
    startsAt: formatInstant(lease.startsAtMs),
    expiresAt: endInstant(lease.expiresAtMs),
    // What waits may still begin later: its end is not its time-out, which approvals tell.
    endsAt: endInstant(isWaiting(lease) ? lease.expiresAtMs : endOf(lease)),
    ...{ requester, reason, ticket, endReason: lease.cutReason, endReasonZh: lease.cutReasonZh },
    error: lease.error && bilingual(lease.error),
    approvals: viewApprovals(lease.approvals),
    breakGlass: lease.breakGlass && viewReview(lease.breakGlass.reviewed),
    createdAt: exactInstant(lease.createdAtMs),
    openedAt: lease.openedAtMs === undefined ? undefined : exactInstant(lease.openedAtMs),
    closedAt: lease.closedAtMs === undefined ? undefined : exactInstant(lease.closedAtMs),
  };
}

function viewApprovals(approvals: Approvals | undefined): LeaseView['approvals'] {
  if (!approvals) return null;
  const { needed, given, rejected, expiresAtMs, digest, startFloats: startsWhenApproved } = approvals;
  return {
    ...{ needed, rejectedBy: rejected?.by.id, expiresAt: formatInstant(expiresAtMs), digest },
    startsWhenApproved,
    given: given.map(({ by, atMs, reason }) => ({ by: by.id, at: exactInstant(atMs), reason })),
  };
}

const viewReview = (reviewed: Approval | undefined): LeaseView['breakGlass'] =>
  reviewed === undefined
    ? {}
    : { reviewedBy: reviewed.by.id, reviewedAt: exactInstant(reviewed.atMs), review: reviewed.reason };

function viewRule(rule: Rule, link: Link | undefined, row: RuleRow | undefined): LeaseView['rules'][number] {
  const isOurs = link !== undefined && !link.isBorrowed;
  const isPresent = isOurs && (row?.isPresent ?? false);
  const error = link?.error ?? (isOurs ? row?.error : undefined);
  return {
    rule,
    text: ruleText(rule),
    ruleId: isPresent ? row?.ruleId : undefined,
    isPresent,
    borrowed: link?.isBorrowed ?? false,
    withdrawn: link?.isWithdrawn ?? false,
    stuck: isPresent && (row?.isStuck ?? false),
    error: error && bilingual(error),
  };
}

/** Undefined where there is no end. */
export const endInstant = (ms: number): string | undefined => (ms === noEndMs ? undefined : formatInstant(ms));

/** What was written down about one lease, oldest first. */
export const viewStory = (rows: readonly AuditRow[]): StoryView =>
  rows.map(({ n, atMs, kind, actor, data, hash }) => ({ n, at: exactInstant(atMs), kind, actor, data, hash }));

/** What happened is told to the millisecond; what is owed, to the second. */
export const exactInstant = (ms: number): string => new Date(ms).toISOString();
