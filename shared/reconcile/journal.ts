import { createHash } from 'node:crypto';
import { wants } from '../lease/lease.ts';
import type { Rule } from '../rule/rule.ts';
import { type Stamp, writeDescription } from '../rule/stamp.ts';
import type { Change, ChangeKind, RuleApi } from './cloud-port.ts';
import { inFlightMs } from './decide.ts';
import type { Draft } from './draft.ts';
import { rememberLateRemoval } from './late-removal.ts';
import type { Operation } from './ledger-rows.ts';
import type { Judged } from './observe.ts';
import type { Ids } from './runtime-ports.ts';
import { wantEnd } from './schedule.ts';

export type Journal = {
  readonly api: RuleApi;
  readonly ids: Ids;
  readonly stampKeys: readonly string[];
  readonly nowMs: number;
};

/**
 * Writes intended calls into the draft before anything is sent: the exact request, a random nonce, the client token
 * made from it. The same operation is repeated with the same bytes; what is intended anew gets a new nonce, or the
 * cloud would answer with an echo of the first.
 */
export function journalAuthorize(draft: Draft, judged: readonly Judged[], journal: Journal): readonly string[] {
  const made: string[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    const keys = judged.map(({ key }) => key).filter((key) => draft.row(key).rule.direction === direction);
    for (const batch of batches(draft, keys, journal.api)) {
      const id = journal.ids.ulid(journal.nowMs);
      const rules = batch.map((key) => stamped(draft, key, id, journal));
      addOperation(
        draft,
        { id, kind: 'authorize', change: { kind: 'authorize', direction, rules }, keys: batch },
        journal,
      );
      for (const key of batch) markAuthorized(draft, key, id, journal.nowMs);
      made.push(id);
    }
  }
  return made;
}

export function journalRevoke(draft: Draft, judged: readonly Judged[], journal: Journal): readonly string[] {
  const made: string[] = [];
  for (const direction of ['ingress', 'egress'] as const) {
    const idsOf = new Map(judged.map((one) => [one.key, one.ruleIds]));
    const keys = [...idsOf.keys()].filter((key) => draft.row(key).rule.direction === direction);
    for (const batch of batches(draft, keys, journal.api)) {
      const id = journal.ids.ulid(journal.nowMs);
      const ruleIds = batch.flatMap((key) => idsOf.get(key) ?? []);
      const rules = batch.map((key) => draft.row(key).rule);
      addOperation(
        draft,
        { id, kind: 'revoke', purpose: 'undo', change: { kind: 'revoke', direction, ruleIds, rules }, keys: batch },
        journal,
      );
      for (const key of batch) draft.setRow(key, { lastRevokeAtMs: journal.nowMs });
      made.push(id);
    }
  }
  return made;
}

/** Moves the stamp of a shared rule to its latest end; everything else of the rule is sent as it is listed now. */
export function journalRestamp(
  draft: Draft,
  judged: readonly Judged[],
  listed: (ruleId: string) => Rule | undefined,
  journal: Journal,
): readonly string[] {
  return judged.flatMap(({ key }) => {
    const row = draft.row(key);
    const endsAtMs = wantEnd(draft.claimants(key), journal.nowMs);
    const current = row.ruleId === undefined ? undefined : listed(row.ruleId);
    if (!row.stamp || row.ruleId === undefined || endsAtMs === undefined || !current) return [];
    const id = journal.ids.ulid(journal.nowMs);
    const description = describe(draft, key, { ...row.stamp, endsAtMs }, journal);
    const change = {
      kind: 'modify',
      direction: row.rule.direction,
      ruleId: row.ruleId,
      rule: { ...current, description },
    } as const;
    addOperation(draft, { id, kind: 'modify', change, keys: [key] }, journal);
    return [id];
  });
}

/** The same operation once more: same token, same bytes; the tail in which it may land begins anew. */
export function journalAgain(draft: Draft, operation: Operation, nowMs: number): void {
  draft.setOperation(operation.id, { sends: operation.sends + 1, lastSentAtMs: nowMs, answer: undefined });
  for (const key of operation.ruleKeys) {
    if (draft.row(key).change) markChanging(draft, key, operation.purpose, nowMs);
    else if (operation.kind === 'authorize') markAuthorized(draft, key, undefined, nowMs);
    else if (operation.kind === 'revoke') draft.setRow(key, { lastRevokeAtMs: nowMs });
  }
  draft.audit.push({ kind: 'operation.repeated', actor: 'curfew', data: { operationId: operation.id } });
}

function markAuthorized(draft: Draft, key: string, operationId: string | undefined, nowMs: number): void {
  const endsAtMs = wantEnd(draft.claimants(key), nowMs) ?? nowMs;
  const stamp = operationId === undefined ? {} : { stamp: { operationId, intendedAtMs: nowMs, endsAtMs } };
  const earlier = operationId === undefined ? {} : { earlierHotUntilMs: draft.row(key).hotUntilMs };
  draft.setRow(key, {
    isMaybePresent: true,
    lastAuthorizeAtMs: nowMs,
    hotUntilMs: nowMs + inFlightMs,
    held: undefined,
    ...stamp,
    ...earlier,
  });
}

/** What makes a change may land late as well; what takes it back is watched by its lease. */
export function markChanging(draft: Draft, key: string, purpose: Operation['purpose'], nowMs: number): void {
  const made = { isMaybePresent: true, lastAuthorizeAtMs: nowMs, hotUntilMs: nowMs + inFlightMs };
  draft.setRow(key, { held: undefined, ...(purpose === 'apply' ? made : {}) });
}

type Intent = {
  id: string;
  kind: ChangeKind;
  purpose?: Operation['purpose'];
  change: Change;
  keys: readonly string[];
};

/** Journals one call: what it replaces is superseded, what it is comes with a nonce of its own. */
export function addOperation(draft: Draft, intent: Intent, { api, ids, nowMs }: Journal): void {
  const { id, kind, purpose = 'apply', change, keys } = intent;
  for (const key of keys) {
    const old = draft.operationOn(key);
    if (!old) continue;
    rememberLateRemoval(draft, key, old);
    draft.setOperation(old.id, { state: 'superseded' });
  }
  const target = draft.row(keys[0] ?? '').target;
  const request = api.prepare(target, change);
  const nonce = ids.nonce();
  // Hexadecimal of a hash: 56 ASCII characters, of the 64 allowed.
  const clientToken = `cf-${createHash('sha256').update(`${id}|${nonce}`).digest('hex').slice(0, 53)}`;
  const born = { id, kind, purpose, target, direction: change.direction, ruleKeys: keys, request, nonce, clientToken };
  draft.addOperation({
    ...born,
    state: 'open',
    isPartlySettled: false,
    intendedAtMs: nowMs,
    lastSentAtMs: nowMs,
    sends: 1,
    answers: 0,
  });
  const leases = new Set(keys.flatMap((key) => draft.claimants(key).map(({ lease }) => lease.id)));
  const requestSha256 = createHash('sha256').update(request).digest('hex');
  for (const leaseId of leases.size === 0 ? [undefined] : leases) {
    draft.audit.push({
      kind: 'operation.intended',
      leaseId,
      actor: 'curfew',
      data: { operationId: id, kind, clientToken, requestSha256, rules: keys.length },
    });
  }
}

function stamped(draft: Draft, key: string, operationId: string, journal: Journal): Rule {
  const endsAtMs = wantEnd(draft.claimants(key), journal.nowMs) ?? journal.nowMs;
  const stamp = { operationId, intendedAtMs: journal.nowMs, endsAtMs };
  return { ...draft.row(key).rule, description: describe(draft, key, stamp, journal) };
}

function describe(draft: Draft, key: string, stamp: Stamp, journal: Journal): string {
  const { target, rule } = draft.row(key);
  const lease = draft.claimants(key).find(({ lease, link }) => wants(lease, link, journal.nowMs))?.lease;
  const ticket = lease?.ticket?.key ?? lease?.requestId;
  return writeDescription(stamp, { target, rule, ticket, keys: journal.stampKeys });
}

/** Fills calls by count and by bytes; a rule from a refused batch travels in a smaller one. */
function* batches(draft: Draft, keys: readonly string[], api: RuleApi): Generator<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  let most = api.abilities.batchMax;
  for (const key of keys) {
    const row = draft.row(key);
    const size = api.bytesOf({ ...row.rule, description: 'x'.repeat(512) });
    const limit = Math.min(most, row.batchMax ?? most);
    if (batch.length > 0 && (batch.length >= limit || bytes + size > api.abilities.batchBytesMax)) {
      yield batch;
      [batch, bytes, most] = [[], 0, api.abilities.batchMax];
    }
    batch.push(key);
    bytes += size;
    most = Math.min(most, row.batchMax ?? most);
  }
  if (batch.length > 0) yield batch;
}
