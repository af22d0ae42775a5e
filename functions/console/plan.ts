import { createRoute, type z } from '@hono/zod-openapi';
import type { AuthorizeMessage, ChangeMessage } from '../../shared/lease/message.ts';
import { endPathOf, type ReadMessage, readMessage, windowOf } from '../../shared/lease/read-message.ts';
import { findConflict } from '../../shared/reconcile/change-rows.ts';
import type { Listing } from '../../shared/reconcile/cloud-port.ts';
import { haltOf } from '../../shared/reconcile/freeze.ts';
import { isGroupGone } from '../../shared/reconcile/groups.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { identify, whose } from '../../shared/reconcile/ownership.ts';
import { ruleKey } from '../../shared/rule/identity.ts';
import { formatInstant } from '../../shared/rule/instant.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import type { Target } from '../../shared/rule/target.ts';
import { leaseMessageOf } from './ask.ts';
import type { ConsoleApp, ConsoleDeps } from './console-app.ts';
import { readFreeze } from './freeze.ts';
import { endInstant } from './lease-view.ts';
import { planSchema } from './plan-answers.ts';
import { impossible, planChanges } from './plan-changes.ts';
import { type Found, plannedCalls } from './planned-calls.ts';
import { Problem, refused } from './problem.ts';
import { readObject } from './read-body.ts';
import { answer, bodyNamed, otherwise, secured } from './route-parts.ts';
import { viewPrecedence } from './view-precedence.ts';

type Plan = z.infer<typeof planSchema>;

const planRoute = createRoute({
  method: 'post',
  path: '/api/plan',
  summary: 'What a request would do, without doing it',
  security: secured,
  request: { body: bodyNamed('LeaseRequest') },
  responses: { 200: answer('Whether it would be allowed, and what would be called.', planSchema), ...otherwise },
});

export function routePlan(app: ConsoleApp, deps: ConsoleDeps): void {
  app.openapi(planRoute, async (c) => {
    const message = await leaseMessageOf(deps, c.get('actor'), await readObject(c));
    return c.json(await plan(deps, message), 200);
  });
}

async function plan(deps: ConsoleDeps, value: Readonly<Record<string, unknown>>): Promise<Plan> {
  const read = readMessage(value);
  if ('code' in read) throw refused(read);
  const message = read.message as AuthorizeMessage | ChangeMessage;
  const { action, target } = message;
  const known = await deps.ledger.transaction('plan', (tx) => recall(tx, target, read));
  const { nowMs } = known;
  const window = windowOf(message, nowMs);
  const shown = { startsAt: formatInstant(window.startsAtMs), expiresAt: endInstant(window.expiresAtMs) };
  const no = (reason: Refusal): Plan => ({
    ...{ action, allowed: false, refusal: reason, window: shown, calls: [] },
    rules: read.rules.map((rule) => ({ rule, text: ruleText(rule) })),
    changes: read.changes.map((change) => impossible(change, reason)),
  });
  const error =
    deps.serves(action, target) ??
    known.freeze ??
    deps.guard({ target, rules: read.rules, ...window, nowMs, endPath: endPathOf(message) });
  if (error) return no(error);
  const look = await lookAt(deps, target);
  if (!look) return no(refusal('GROUP_NOT_FOUND', 'there is no such security group', '/target/securityGroupId'));
  const head = { action, window: shown, rules: [], changes: [] };
  if (action !== 'authorize') {
    return { ...head, ...planChanges(deps, message, { ...known, changes: read.changes, look }) };
  }
  const found = known.rows.map((row) => findIn(look, row, deps, nowMs));
  const calls = plannedCalls(deps, message, { found, nowMs, endsAtMs: window.expiresAtMs });
  return { ...head, allowed: true, rules: found.map((one) => viewFound(one, look)), calls };
}

/** What the ledger remembers of these rules; a fresh row for those that it does not know. */
async function recall(tx: LedgerTx, target: Target, { rules, changes }: ReadMessage) {
  const fresh = rules.map((rule): RuleRow => {
    const born = { key: ruleKey(target, rule), target, rule, isPresent: false, isMaybePresent: false };
    return { ...born, attempts: 0, isStuck: false, dueMs: {} };
  });
  const known = new Map((await tx.peekRules(fresh.map((row) => row.key))).map((row) => [row.key, row]));
  const conflicts: (Refusal | undefined)[] = [];
  for (const [index, change] of changes.entries()) {
    const conflict = await findConflict(tx, target, [change]);
    conflicts.push(conflict && { ...conflict, path: `/rules/${index}` });
  }
  const { frozen, by } = await readFreeze(tx);
  const freeze = frozen ? refusal('FROZEN', `new leases are frozen by ${by ?? 'somebody'}`) : await haltOf(tx);
  return { nowMs: tx.nowMs, freeze, conflicts, rows: fresh.map((row) => known.get(row.key) ?? row) };
}

/** Undefined where there is no such group; a cloud that does not answer is a problem of its own. */
async function lookAt(deps: ConsoleDeps, target: Target): Promise<Listing | undefined> {
  const look = await deps.apiFor(target).describe(target);
  if (look.kind === 'listed') return look;
  if (isGroupGone(look)) return undefined;
  throw new Problem(502, refusal(look.code, `the group cannot be looked at: ${look.message}`, '/target'));
}

function findIn(look: Listing, row: RuleRow, deps: ConsoleDeps, nowMs: number): Found {
  const { readLagMs, hasDescriptions } = deps.apiFor(row.target).abilities;
  const listed = identify(row.target, look.rules, deps.stampKeys);
  const { ours, foreign } = whose(row, listed, { nowMs, readLagMs, hasDescriptions });
  const [own] = ours;
  if (own) return { row, listed: own.listed, isOurs: true, untilMs: own.stamp?.endsAtMs ?? row.stamp?.endsAtMs };
  return { row, listed: foreign, isOurs: false, untilMs: undefined };
}

function viewFound({ row, listed, isOurs, untilMs }: Found, look: Listing): Plan['rules'][number] {
  const until = untilMs === undefined ? undefined : formatInstant(untilMs);
  return {
    rule: row.rule,
    text: ruleText(row.rule),
    alreadyOpen: listed && { ruleId: listed.ruleId, ours: isOurs, until },
    ...viewPrecedence(row.rule, look.rules),
  };
}
