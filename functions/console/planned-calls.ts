import type { AuthorizeMessage } from '../../shared/lease/message.ts';
import type { Change, RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import type { ListedRule, Rule } from '../../shared/rule/rule.ts';
import { writeDescription } from '../../shared/rule/stamp.ts';
import type { Target } from '../../shared/rule/target.ts';
import type { ConsoleDeps } from './console-app.ts';

/** A requested rule, with the listed rule that is the same: ours, somebody else's, or none. */
export type Found = {
  readonly row: RuleRow;
  readonly listed: ListedRule | undefined;
  readonly isOurs: boolean;
  readonly untilMs: number | undefined;
};
export type PlannedCall = { readonly action: string; readonly parameters: unknown };

/** Where the real operation's id will stand, which is made when it is sent. */
const noOperation = '0'.repeat(26);

/**
 * The calls that the loop would make now: what is not there is added, what is ours and ends too early gets another
 * stamp. The code in a planned stamp is made with a key that nobody keeps: a plan must not hand out stamps that
 * would make a rule pass for ours.
 */
export function plannedCalls(
  deps: ConsoleDeps,
  message: AuthorizeMessage,
  { found, nowMs, endsAtMs }: { readonly found: readonly Found[]; readonly nowMs: number; readonly endsAtMs: number },
): PlannedCall[] {
  const { target } = message;
  const api = deps.apiFor(target);
  const keys = [deps.ids.nonce()];
  const ticket = message.ticket?.key ?? message.id;
  const stamp = { operationId: noOperation, intendedAtMs: nowMs, endsAtMs };
  const stamped = (rule: Rule): Rule => ({
    ...rule,
    description: writeDescription(stamp, { target, rule, ticket, keys }),
  });
  const missing = found.filter((one) => !one.listed).map((one) => stamped(one.row.rule));
  const early = found.filter(({ isOurs, untilMs }) => isOurs && untilMs !== undefined && untilMs < endsAtMs);
  const changes = [...additions(api, missing), ...restamps(api, early, stamped)];
  return changes.map((change) => plannedCall(api, target, change));
}

/** One call as it would be sent. */
export const plannedCall = (api: RuleApi, target: Target, change: Change): PlannedCall => ({
  action: api.actionOf(change.kind, change.direction) ?? change.kind,
  parameters: parse(api.prepare(target, change)),
});

function additions(api: RuleApi, rules: readonly Rule[]): Change[] {
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    batches(
      api,
      rules.filter((rule) => rule.direction === direction),
    ).map((batch): Change => ({ kind: 'authorize', direction, rules: batch })),
  );
}

/** By count and by bytes, as the loop fills its calls. */
function batches(api: RuleApi, rules: readonly Rule[]): Rule[][] {
  const { batchMax, batchBytesMax } = api.abilities;
  const made: Rule[][] = [];
  let bytes = 0;
  for (const rule of rules) {
    const size = api.bytesOf({ ...rule, description: 'x'.repeat(512) });
    const batch = made.at(-1);
    if (batch && batch.length < batchMax && bytes + size <= batchBytesMax) {
      batch.push(rule);
      bytes += size;
    } else {
      made.push([rule]);
      bytes = size;
    }
  }
  return made;
}

function restamps(api: RuleApi, early: readonly Found[], stamped: (rule: Rule) => Rule): Change[] {
  if (!api.abilities.canModify) return [];
  return early.flatMap(({ row, listed }): Change[] => {
    if (listed?.ruleId === undefined || !listed.rule) return [];
    const { description } = stamped(row.rule);
    const rule = description === undefined ? listed.rule : { ...listed.rule, description };
    return [{ kind: 'modify', direction: row.rule.direction, ruleId: listed.ruleId, rule }];
  });
}

/** Adapters freeze their requests as JSON or as a form; either is shown as it is. */
function parse(request: string): unknown {
  try {
    return JSON.parse(request);
  } catch {
    return request;
  }
}
