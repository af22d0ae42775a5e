import { createRoute } from '@hono/zod-openapi';
import { noEndMs } from '../../shared/lease/lease.ts';
import type { AuthorizeMessage, ChangeMessage } from '../../shared/lease/message.ts';
import { endPathOf, type ReadMessage, readMessage, windowOf } from '../../shared/lease/read-message.ts';
import { viewDecision } from '../../shared/policy/try-decisions.ts';
import { leaseFor } from '../../shared/reconcile/accept-requests.ts';
import { findConflict } from '../../shared/reconcile/change-rows.ts';
import type { Listing } from '../../shared/reconcile/cloud-port.ts';
import { haltOf } from '../../shared/reconcile/freeze.ts';
import { judgeAlone } from '../../shared/reconcile/judge-lease.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { type Identified, identify, whose } from '../../shared/reconcile/ownership.ts';
import type { Decision } from '../../shared/reconcile/policy-port.ts';
import { tellTogether } from '../../shared/reconcile/together.ts';
import { bilingual } from '../../shared/rule/bilingual.ts';
import { ruleKey } from '../../shared/rule/identity.ts';
import { formatInstant } from '../../shared/rule/instant.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import { ruleText } from '../../shared/rule/rule-text.ts';
import type { Target } from '../../shared/rule/target.ts';
import { leaseMessageOf } from './ask.ts';
import { apiSource, type ConsoleApp, type ConsoleDeps } from './console-app.ts';
import { countReach } from './count-reach.ts';
import { readFreeze } from './freeze.ts';
import type { Described } from './later.ts';
import { endInstant } from './lease-view.ts';
import { groupNotFound, lookAt } from './look-at.ts';
import { planSchema } from './plan-answers.ts';
import { impossible, planChanges } from './plan-changes.ts';
import { type Found, plannedCalls } from './planned-calls.ts';
import { refused } from './problem.ts';
import { readObject } from './read-body.ts';
import { answer, bodyNamed, otherwise, secured } from './route-parts.ts';
import { viewPrecedence } from './view-precedence.ts';
import { viewTraffic } from './view-traffic.ts';

type Plan = Described<typeof planSchema>;

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
    return c.json(await plan(deps, message, c.get('person').groups), 200);
  });
}

async function plan(
  deps: ConsoleDeps,
  value: Readonly<Record<string, unknown>>,
  groups: readonly string[],
): Promise<Plan> {
  const read = readMessage(value);
  if ('code' in read) throw refused(read);
  const message = read.message as AuthorizeMessage | ChangeMessage;
  const { action, target } = message;
  const { decide, version } = await deps.policies();
  const asked = { source: apiSource, reach: 'all', read, groups } as const;
  const known = await deps.ledger.transaction('plan', async (tx) => {
    const lease = leaseFor('plan', asked, message, tx.nowMs);
    return { ...(await recall(tx, target, read)), lease, together: await tellTogether(tx, deps, lease) };
  });
  const { nowMs, lease } = known;
  const window = windowOf(message, nowMs);
  const closed = deps.serves(action, target) ?? known.freeze;
  const judged = closed ? { refusal: closed } : judgeAlone({ ...deps, decide }, lease, nowMs, endPathOf(message));
  const limit = judged.refusal ?? known.together;
  const decision = { ...(judged.decision ?? unasked(version)), refusal: limit };
  const shown = { startsAt: formatInstant(window.startsAtMs), expiresAt: endInstant(window.expiresAtMs) };
  const head = { action, window: shown, decision: viewDecision(decision) };
  const no = (reason: Refusal, instances: number | null = null): Plan => ({
    ...head,
    ...{ allowed: false, refusal: bilingual(reason), calls: [], instances },
    rules: read.rules.map((rule) => ({ rule, text: ruleText(rule) })),
    changes: read.changes.map((change) => impossible(change, reason)),
  });
  if (decision.refusal) return no(decision.refusal);
  const look = await lookAt(deps, target);
  if (!look) return no(groupNotFound());
  const reached = await countReach(deps, lease);
  if (reached.refusal) return no(reached.refusal, reached.instances);
  const { instances } = reached;
  const cost = { rulesInGroup: look.rules.length, hasEnd: window.expiresAtMs !== noEndMs };
  if (action !== 'authorize') {
    const planned = planChanges(deps, message, { ...known, changes: read.changes, look });
    return { ...head, instances, rules: [], ...planned, quota: quotaOf(planned.calls, { ...cost, rulesAdded: 0 }) };
  }
  const found = known.rows.map((row) => findIn(look, row, deps, nowMs));
  const calls = plannedCalls(deps, message, { found, nowMs, endsAtMs: window.expiresAtMs });
  const rules = found.map((one) => viewFound(one, identify(target, look.rules, deps.stampKeys)));
  const rulesAdded = found.filter(({ listed }) => !listed).length;
  return {
    ...head,
    instances,
    allowed: true,
    rules,
    changes: [],
    calls,
    quota: quotaOf(calls, { ...cost, rulesAdded }),
  };
}

/** A limit stands before the policies: they were not asked. */
const unasked = (version: string): Decision => ({ policies: [], version, approvals: 0, approvers: [] });

/** A look before and one after what is changed; at the end each change is undone by one of its own. */
function quotaOf(
  calls: Plan['calls'],
  {
    rulesInGroup,
    rulesAdded,
    hasEnd,
  }: { readonly rulesInGroup: number; readonly rulesAdded: number; readonly hasEnd: boolean },
): NonNullable<Plan['quota']> {
  const undone = hasEnd ? calls.length : 0;
  const looks = [calls.length, undone].filter((count) => count > 0).length * 2;
  return { looks: Math.max(1, looks), calls: calls.length, callsAtEnd: undone, rulesInGroup, rulesAdded };
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

function findIn(look: Listing, row: RuleRow, deps: ConsoleDeps, nowMs: number): Found {
  const { readLagMs, hasDescriptions } = deps.apiFor(row.target).abilities;
  const listed = identify(row.target, look.rules, deps.stampKeys);
  const { ours, foreign } = whose(row, listed, { nowMs, readLagMs, hasDescriptions });
  const [own] = ours;
  if (own) return { row, listed: own.listed, isOurs: true, untilMs: own.stamp?.endsAtMs ?? row.stamp?.endsAtMs };
  return { row, listed: foreign, isOurs: false, untilMs: undefined };
}

function viewFound({ row, listed, isOurs, untilMs }: Found, listing: readonly Identified[]): Plan['rules'][number] {
  const until = untilMs === undefined ? undefined : formatInstant(untilMs);
  return {
    rule: row.rule,
    text: ruleText(row.rule),
    alreadyOpen: listed && { ruleId: listed.ruleId, ours: isOurs, until },
    traffic: viewTraffic(row.rule, listing),
    ...viewPrecedence(
      row.rule,
      listing.map((one) => one.listed),
    ),
  };
}
