import { cutShort } from '../lease/cut-short.ts';
import { endOf, wants } from '../lease/lease.ts';
import type { Abilities } from './cloud-port.ts';
import { type Cell, decide } from './decide.ts';
import type { ChangeCell } from './decide-change.ts';
import type { Draft } from './draft.ts';
import type { Hand } from './hand.ts';
import type { ChangeGuard } from './judge-change.ts';
import { rememberLateRemoval } from './late-removal.ts';
import type { RuleRow } from './ledger-rows.ts';
import { observeChange } from './observe-change.ts';
import { type Identified, type Look, whose } from './ownership.ts';
import { wantEnd } from './schedule.ts';

/** What a look and the decision about one rule came to. */
export type Judged = { readonly key: string; readonly cell: Cell | ChangeCell; readonly ruleIds: readonly string[] };

/**
 * Decides for one rule and writes down what was seen: ids, presence, borrowed and withdrawn shares. Sends nothing;
 * the cells that need a call are journaled by the caller, if its hand is the one for that verb.
 */
export function observe(
  draft: Draft,
  key: string,
  look: Look,
  at: { readonly abilities: Abilities; readonly guard: ChangeGuard; readonly nowMs: number },
): Judged {
  const { abilities, nowMs } = at;
  const known = draft.row(key);
  if (known.change) return { key, cell: observeChange(draft, key, look, at), ruleIds: [] };
  const { ours, foreign, near } = whose(known, look.rules, {
    nowMs,
    readLagMs: abilities.readLagMs,
    hasDescriptions: abilities.hasDescriptions,
  });
  // What the stamp says now counts, not what we remember of it.
  const row = { ...known, stamp: stampOf(known, ours) };
  const cell = decide({
    want: wantEnd(draft.claimants(key), nowMs) !== undefined,
    wantEndMs: wantEnd(draft.claimants(key), nowMs),
    row,
    ours: ours.map((one) => one.listed),
    foreign,
    near,
    operation: draft.operationOn(key),
    nowMs,
    readLagMs: abilities.readLagMs,
    canModify: abilities.canModify,
    hasRuleIds: abilities.hasRuleIds,
  });
  draft.setRow(key, { lookedAtMs: nowMs });
  if (row.isPresent && goneByUs.includes(cell)) draft.setRow(key, unseen);
  write(draft, key, cell, ours, nowMs);
  return {
    key,
    cell,
    ruleIds: ours.flatMap((one) => (one.listed.ruleId === undefined ? [] : [one.listed.ruleId])),
  };
}

/** No rule of ours is there: what was known of it is forgotten. */
const unseen = { isPresent: false, ruleId: undefined, stamp: undefined, missingSinceMs: undefined } as const;
/** Nothing of earlier failures is left. */
const untroubled = { attempts: 0, isStuck: false, error: undefined, held: undefined } as const;

/** Cells of a wanted rule that is not there: our own revocation has taken it, and it begins anew. */
const goneByUs: readonly Cell[] = ['authorize', 'authorize-again', 'await-listing', 'borrowed'];

function write(draft: Draft, key: string, cell: Cell, ours: readonly Identified[], nowMs: number): void {
  switch (cell) {
    case 'open':
    case 'restamp':
      seen(draft, key, ours, nowMs);
      return;
    case 'revoke':
    case 'revoke-again':
    case 'await-removal':
      recognise(draft, key, ours, nowMs);
      return;
    case 'missing':
      if (draft.row(key).missingSinceMs === undefined) draft.setRow(key, { missingSinceMs: nowMs });
      return;
    case 'withdrawn':
      withdraw(draft, key, nowMs);
      return;
    case 'borrowed':
      borrow(draft, key, nowMs);
      return;
    case 'watch':
    case 'gone':
      forget(draft, key, cell);
      return;
    default:
      return;
  }
}

/** More operations than that do not make the same rule within the half hour in which a copy could pass. */
const seenMax = 20;

/** Our rule is listed: its id is recorded, so that it stays ours even if its text is changed by hand. */
function recognise(draft: Draft, key: string, ours: readonly Identified[], nowMs: number): void {
  const row = draft.row(key);
  const ids = ours.map((one) => one.listed.ruleId);
  const proven = provenOf(row, ours);
  // An id that is not listed any more gives way to one that is: the two must never be taken for each other's copy.
  const ruleId = row.ruleId !== undefined && ids.includes(row.ruleId) ? row.ruleId : (proven?.listed.ruleId ?? ids[0]);
  const stamp = stampOf(row, ours);
  const lastSeen =
    proven?.stamp && proven.listed.ruleId !== undefined
      ? { operationId: proven.stamp.operationId, ruleId: proven.listed.ruleId }
      : row.lastSeen;
  const isNew = row.lastSeen !== undefined && lastSeen?.operationId !== row.lastSeen.operationId;
  draft.setRow(key, {
    isPresent: true,
    isMaybePresent: false,
    missingSinceMs: undefined,
    seenAtMs: nowMs,
    ruleId,
    stamp,
    lastSeen,
    ...(isNew && row.lastSeen ? { seenEarlier: [row.lastSeen, ...(row.seenEarlier ?? [])].slice(0, seenMax) } : {}),
  });
}

function provenOf(row: RuleRow, ours: readonly Identified[]): Identified | undefined {
  const proven = ours.filter((one) => one.stamp !== undefined);
  return proven.find((one) => one.listed.ruleId === row.ruleId) ?? proven[0];
}

/** What the stamp says now, or said before its text was changed. A rule edited into another one has none to move. */
function stampOf(row: RuleRow, ours: readonly Identified[]): RuleRow['stamp'] {
  const proven = provenOf(row, ours)?.stamp;
  const isEdited = ours.length > 0 && !ours.some((one) => one.key === row.key);
  return proven ?? (isEdited ? undefined : row.stamp);
}

function seen(draft: Draft, key: string, ours: readonly Identified[], nowMs: number): void {
  recognise(draft, key, ours, nowMs);
  settleOperation(draft, key, 'authorize');
  if (!isStampPending(draft.row(key), draft, key, nowMs)) settleOperation(draft, key, 'modify');
  draft.setRow(key, { ...untroubled, batchMax: undefined });
  for (const { lease, link } of draft.claimants(key)) {
    if (!wants(lease, link, nowMs) || link.openedAtMs !== undefined) continue;
    draft.setLink({ ...link, openedAtMs: nowMs });
    draft.audit.push({
      kind: 'rule.seen-open',
      leaseId: lease.id,
      actor: 'curfew',
      data: { rule: key, ruleId: draft.row(key).ruleId },
    });
  }
}

const isStampPending = (row: RuleRow, draft: Draft, key: string, nowMs: number): boolean =>
  row.stamp?.endsAtMs !== wantEnd(draft.claimants(key), nowMs);

function withdraw(draft: Draft, key: string, nowMs: number): void {
  const touched = draft.claimants(key).filter(({ lease, link }) => wants(lease, link, nowMs));
  for (const { link } of touched) draft.setLink({ ...link, isWithdrawn: true });
  const message = 'a rule of ours was removed by another hand before its end; it is not opened again';
  draft.alarm({ code: 'WITHDRAWN', message, leaseIds: touched.map(({ lease }) => lease.id) });
  settle(draft, key);
  draft.setRow(key, {
    ...unseen,
    isMaybePresent: false,
    held: undefined,
  });
}

function borrow(draft: Draft, key: string, nowMs: number): void {
  for (const { lease, link } of draft.claimants(key)) {
    if (!wants(lease, link, nowMs)) continue;
    draft.setLink({ ...link, isBorrowed: true });
    draft.audit.push({ kind: 'rule.borrowed', leaseId: lease.id, actor: 'curfew', data: { rule: key } });
  }
  settle(draft, key);
  draft.setRow(key, { isMaybePresent: false, stamp: undefined, held: undefined });
}

function forget(draft: Draft, key: string, cell: 'watch' | 'gone'): void {
  const row = draft.row(key);
  settle(draft, key);
  if (row.isPresent)
    draft.audit.push({ kind: 'rule.seen-gone', actor: 'curfew', data: { rule: key, ruleId: row.ruleId } });
  draft.setRow(key, {
    ...unseen,
    ...untroubled,
    isMaybePresent: false,
    batchMax: undefined,
    ...(cell === 'gone' ? { hotUntilMs: undefined, earlierHotUntilMs: undefined } : {}),
  });
}

function settleOperation(draft: Draft, key: string, kind: 'authorize' | 'modify'): void {
  if (draft.operationOn(key)?.kind === kind) settle(draft, key);
}

/** What was seen settles what was intended, for this rule; a batch is settled when all of its rules are. */
function settle(draft: Draft, key: string): void {
  const operation = draft.operationOn(key);
  if (!operation) return;
  rememberLateRemoval(draft, key, operation);
  const left = operation.ruleKeys.filter((other) => other !== key);
  draft.setOperation(
    operation.id,
    left.length === 0 ? { state: 'settled' } : { ruleKeys: left, isPartlySettled: true },
  );
}

/** A group that is gone took our rules with it; leases that were never opened there fail with the reason. */
export function groupIsGone(draft: Draft, keys: readonly string[], nowMs: number): void {
  const error = {
    code: 'GROUP_NOT_FOUND',
    message: 'the security group does not exist',
    path: '/target/securityGroupId',
  };
  for (const key of keys) {
    for (const { lease, link } of draft.claimants(key)) {
      if (endOf(lease) <= nowMs || !wants(lease, link, nowMs)) continue;
      const isOpened = link.openedAtMs !== undefined;
      draft.setLease({ ...lease, ...cutShort(error, nowMs), ...(isOpened ? {} : { error }) });
      if (!isOpened) draft.setLink({ ...link, error });
    }
  }
}

const verbs: Partial<Record<Cell | ChangeCell, Hand>> = {
  authorize: 'grant',
  'authorize-again': 'grant',
  revoke: 'revoke',
  'revoke-again': 'revoke',
  restamp: 'modify',
  'take-away': 'revoke',
  'take-away-again': 'revoke',
  'put-back': 'grant',
  'put-back-again': 'grant',
  change: 'modify',
  'change-again': 'modify',
  restore: 'modify',
  'restore-again': 'modify',
};

/** The hand that may do what the cell asks for; undefined where nothing is to be sent. */
export const verbOf = (cell: Cell | ChangeCell): Hand | undefined => verbs[cell];
