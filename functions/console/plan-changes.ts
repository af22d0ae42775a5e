import { changeText } from '../../shared/lease/change-text.ts';
import type { RuleChange } from '../../shared/lease/lease.ts';
import type { ChangeMessage } from '../../shared/lease/message.ts';
import { widens } from '../../shared/policy/widening.ts';
import type { Change, Listing } from '../../shared/reconcile/cloud-port.ts';
import { findNamed, type Images, judgeChange } from '../../shared/reconcile/judge-change.ts';
import { type Identified, identify } from '../../shared/reconcile/ownership.ts';
import { bilingual } from '../../shared/rule/bilingual.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import { changed, isSameRule } from '../../shared/rule/rule-set.ts';
import { viewNamed } from './change-view.ts';
import type { ConsoleDeps } from './console-app.ts';
import type { Described } from './later.ts';
import type { planSchema } from './plan-answers.ts';
import { plannedCall } from './planned-calls.ts';
import { viewPrecedence } from './view-precedence.ts';

type Plan = Described<typeof planSchema>;
type Planned = Plan['changes'][number];

/** A change of which nothing is known but that it is not possible. */
export const impossible = (change: RuleChange, reason: Refusal): Planned => ({
  ...viewNamed(change),
  text: changeText(change),
  ...{ ruleId: change.ruleId, possible: false, refusal: bilingual(reason) },
});

/** Each named rule as it is and as it would be, judged as the loop would judge it. Nothing is sent. */
export function planChanges(
  deps: ConsoleDeps,
  { action, target, duration, expiresAt }: ChangeMessage,
  asked: {
    readonly changes: readonly RuleChange[];
    readonly conflicts: readonly (Refusal | undefined)[];
    readonly look: Listing;
  },
): Pick<Plan, 'allowed' | 'refusal' | 'changes' | 'calls'> {
  const api = deps.apiFor(target);
  const rules = identify(target, asked.look.rules, deps.stampKeys);
  const guard = (before: Images['before'], after: Images['after']) => deps.changeGuard(target, before, after);
  const isForGood = duration === undefined && expiresAt === undefined;
  const calls: Change[] = [];
  const changes = asked.changes.map((change, index): Planned => {
    const at = (reason: Refusal): Refusal => ({ ...reason, path: reason.path.replace(/^\/rules/, `/rules/${index}`) });
    const named = findNamed(change, target, rules);
    if (!named)
      return impossible(change, at(refusal('RULE_NOT_FOUND', 'there is no such rule in this group', '/rules')));
    const judged = judgeChange(named, { action, set: change.set, isForGood }, { abilities: api.abilities, guard });
    const reason = asked.conflicts[index] ?? ('code' in judged ? at(judged) : undefined);
    if (reason === undefined && !('code' in judged)) calls.push(...callOf(named, judged));
    const shown = viewPlanned(change, named, { action, look: asked.look });
    return { ...shown, possible: reason === undefined, refusal: reason && bilingual(reason) };
  });
  const first = changes.find((one) => one.refusal !== undefined)?.refusal;
  if (first) return { allowed: false, refusal: first, changes, calls: [] };
  return { allowed: true, changes, calls: calls.map((call) => plannedCall(api, target, call)) };
}

/** Both images, of a change that is refused too: what is refused should be seen. */
function viewPlanned(
  change: RuleChange,
  { listed }: Identified,
  { action, look }: { readonly action: ChangeMessage['action']; readonly look: Listing },
): Omit<Planned, 'possible' | 'refusal'> {
  const before = listed.rule && { ...listed.rule, description: listed.description };
  const set = before && action === 'modify' ? changed(before, change.set ?? {}, []) : undefined;
  const after = set && 'code' in set ? undefined : set;
  const isKnown = before !== undefined && (action === 'revoke' || after !== undefined);
  const others = look.rules.filter((one) => one !== listed);
  return {
    ...viewNamed(change),
    text: changeText({ ...change, ruleId: listed.ruleId }, before),
    ...{ ruleId: listed.ruleId, before, after },
    widens: isKnown ? widens(before, after) : undefined,
    ...(after && viewPrecedence(after, others)),
  };
}

/** A change that changes nothing is not sent. */
function callOf({ listed: { ruleId } }: Identified, { before, after }: Images): Change[] {
  const { direction } = before;
  if (after === undefined) return [{ kind: 'revoke', direction, ruleIds: ruleId ? [ruleId] : [], rules: [before] }];
  if (ruleId === undefined || isSameRule(before, after)) return [];
  return [{ kind: 'modify', direction, ruleId, rule: after }];
}
