import { createHash } from 'node:crypto';
import type { Lease } from '../lease/lease.ts';
import type { ChangeMessage } from '../lease/message.ts';
import { endPathOf, type ReadMessage, windowOf } from '../lease/read-message.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
import type { Target } from '../rule/target.ts';
import {
  type AcceptDeps,
  type Accepted,
  finish,
  type Incoming,
  lostRace,
  repeatedOf,
  withoutLease,
} from './accepting.ts';
import { findConflict } from './change-rows.ts';
import { Draft } from './draft.ts';
import { haltOf } from './freeze.ts';
import { isGroupGone } from './groups.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { RuleRow } from './ledger-rows.ts';
import { type Identified, identify } from './ownership.ts';
import { forgetExtent } from './together.ts';
import type { WorkDeps } from './work.ts';

export type AdoptDeps = AcceptDeps & Pick<WorkDeps, 'apiFor' | 'nudger' | 'stampKeys'>;
/** A message that names one rule by its id, as if it were to be removed; its end is when it will be. */
export type AdoptAsk = { readonly source: string; readonly read: ReadMessage & { readonly message: ChangeMessage } };
type Asked = AdoptAsk & Incoming;
type Found = Identified & { readonly key: string; readonly listed: { readonly rule: Rule } };

/**
 * Makes a rule that is there ours by decree: a lease with an end, at which the rule is removed by its id. The modify
 * hand puts our stamp on it, so that it would go home on time without the ledger, too. From then on it is as if we
 * had made it. Taken twice with the same id it is one lease.
 */
export async function adopt(deps: AdoptDeps, { source, read }: AdoptAsk): Promise<Accepted | Refusal> {
  const { target } = read.message;
  // The same words ask for something else when they ask to remove the rule now.
  const digest = createHash('sha256').update(`adopt ${read.digest}`).digest('hex');
  const asked: Asked = { source, reach: 'all', read: { ...read, digest } };
  const refused = deps.serves('authorize', target);
  if (refused) return refused;
  // Whatever became of the rule since.
  const earlier = await deps.ledger.transaction('adopted', (tx) => earlierOf(tx, asked));
  if (earlier) return earlier;
  const found = await find(deps, target, read.changes[0]?.ruleId ?? '');
  if ('code' in found) return found;
  const taken = await deps.ledger.transaction('adopt', (tx) => adoptIn(tx, deps, asked, found));
  if (!('code' in taken) && taken.wakes.length > 0) await deps.nudger.nudge(taken.wakes, taken.nowMs);
  return taken;
}

async function find(deps: AdoptDeps, target: Target, ruleId: string): Promise<Found | Refusal> {
  const api = deps.apiFor(target);
  if (!api.abilities.hasRuleIds) {
    return refusal('ACTION_NOT_SUPPORTED', `cloud "${target.cloud}" does not tell rules apart by id`, '/target/cloud');
  }
  const look = await api.describe(target);
  if (look.kind !== 'listed') {
    const isGone = isGroupGone(look);
    if (isGone) return refusal('GROUP_NOT_FOUND', 'there is no such security group', '/target/securityGroupId');
    return refusal(look.code, `the group cannot be looked at: ${look.message}`, '/target');
  }
  const found = identify(target, look.rules, deps.stampKeys).find(({ listed }) => listed.ruleId === ruleId);
  if (!found) return refusal('RULE_NOT_FOUND', 'there is no such rule in this group', rulePath);
  const { listed, key } = found;
  if (key === undefined || listed.rule === undefined) {
    return refusal('RULE_NOT_READABLE', 'the rule as it is listed cannot be read', rulePath);
  }
  return { ...found, key, listed: { ...listed, rule: listed.rule } };
}

const rulePath = '/rules/0/securityGroupRuleId';

const earlierOf = async (tx: LedgerTx, asked: Asked) => (await repeatedOf(tx, [asked])).get(asked);

async function adoptIn(tx: LedgerTx, deps: AdoptDeps, asked: Asked, found: Found): Promise<Accepted | Refusal> {
  const { source, read } = asked;
  const { message } = read;
  const { target, requester } = message;
  const repeated = await earlierOf(tx, asked);
  if (repeated) return repeated;
  const halt = await haltOf(tx);
  if (halt) return halt;
  await forgetExtent(tx, target);
  const window = windowOf(message, tx.nowMs);
  // How wide it is was not our doing, and will be over: only where and how long is asked.
  const refused =
    deps.guard({ target, rules: [], ...window, nowMs: tx.nowMs, endPath: endPathOf(message) }) ??
    (await conflict(tx, target, found));
  if (refused) return refused;
  const lease = leaseOf(deps.ids.ulid(tx.nowMs), asked, found, window, tx.nowMs);
  const inbox = { source, id: message.id, digest: read.digest, action: 'adopt', leaseId: lease.id };
  const [isFirst] = await tx.insertMessages([{ ...inbox, receivedAtMs: tx.nowMs }]);
  if (!isFirst) return (await lostRace(tx, [asked])).get(asked) ?? withoutLease(tx);
  await own(tx, deps, target, found);
  await tx.insertLeases([lease], [{ leaseId: lease.id, ruleKey: found.key, isBorrowed: false, isWithdrawn: false }]);
  const draft = await Draft.load(tx, [found.key]);
  const { ruleId, description, createdAtMs, rule } = found.listed;
  const before = { ruleId, rule, description, createdAtMs };
  const data = {
    source,
    digest: read.digest,
    target,
    before,
    ...window,
    reason: message.reason,
    ticket: message.ticket,
  };
  draft.audit.push({ kind: 'lease.adopted', leaseId: lease.id, actor: requester.id, data });
  const [adopted = withoutLease(tx)] = await finish(tx, deps, draft, [lease.id]);
  return adopted;
}

/** A rule that a live lease opened or changes belongs to that one. */
async function conflict(tx: LedgerTx, target: Target, { listed }: Found): Promise<Refusal | undefined> {
  const { ruleId, rule } = listed;
  const refused = await findConflict(tx, target, [{ ruleId, rule }, { rule }]);
  return refused && { ...refused, path: rulePath };
}

/** The row as if we had opened it and seen it, with a stamp that is still to be written. */
async function own(tx: LedgerTx, deps: AdoptDeps, target: Target, { key, listed, stamp }: Found): Promise<void> {
  const { description: _, ...rule } = listed.rule;
  const blank: RuleRow = {
    ...{ key, target, rule, isPresent: true, isMaybePresent: false, attempts: 0, isStuck: false, dueMs: {} },
  };
  await tx.insertRules([blank]);
  const [row = blank] = await tx.rules([key]);
  // Made when the rule was: a stamp counts only on a rule of its own time. Its end is none until the hand writes one.
  const intendedAtMs = listed.createdAtMs ?? tx.nowMs;
  const unwritten = stamp ?? { operationId: deps.ids.ulid(tx.nowMs), intendedAtMs, endsAtMs: 0 };
  const { operationId, endsAtMs } = unwritten;
  const { canModify } = deps.apiFor(target).abilities;
  await tx.updateRules([
    {
      ...row,
      ...{ isPresent: true, isMaybePresent: false, missingSinceMs: undefined, abandoned: undefined },
      ...{ attempts: 0, isStuck: false, error: undefined, held: undefined },
      ruleId: listed.ruleId,
      stamp: canModify ? { operationId, intendedAtMs: unwritten.intendedAtMs, endsAtMs } : undefined,
    },
  ]);
}

function leaseOf(
  id: string,
  { source, read: { message } }: AdoptAsk,
  { listed }: Found,
  window: { startsAtMs: number; expiresAtMs: number },
  nowMs: number,
): Lease {
  const { target, requester, reason, ticket } = message;
  const { description: _, ...rule } = listed.rule;
  const born = { id, source, requestId: message.id, action: 'authorize', target, rules: [rule], ...window } as const;
  return { ...born, state: 'scheduled', requester, reason, ticket, createdAtMs: nowMs };
}
