import type { NotListed, RuleApi } from '../reconcile/cloud-port.ts';
import type { Stopwatch } from '../reconcile/runtime-ports.ts';
import { CallBudget } from './call-budget.ts';

/** So little is waited out; for more, the work is put down: nobody sleeps on the bill. */
const waitMaxMs = 3_000;

/**
 * Keeps the calls of one account and region within its quota, with a lane for removals (call-budget.ts). What is over
 * the budget is answered as the cloud would: refused because of throttling, and nothing was sent.
 */
export function budgetedRuleApi(api: RuleApi, stopwatch: Stopwatch, callsPerMinute: number | undefined): RuleApi {
  const budget = new CallBudget(stopwatch, callsPerMinute);

  async function within<Answer extends { readonly kind: string }>(
    action: string,
    isRemoval: boolean,
    call: () => Promise<Answer | NotListed>,
  ): Promise<Answer | NotListed> {
    for (let waited = 0; ; ) {
      const waitMs = budget.take(action, isRemoval);
      if (waitMs === 0) break;
      waited += waitMs;
      if (waited > waitMaxMs) return overBudget(action);
      await stopwatch.sleep(waitMs);
    }
    const answer = await call();
    const told = answer as NotListed;
    if (told.kind === 'refused' && told.class === 'throttled') {
      budget.refused(action, told.retryAfterMs, isRemoval);
    }
    return answer;
  }

  const count = api.countInstances?.bind(api);
  return {
    abilities: api.abilities,
    ...(count && { countInstances: (target) => within('count', false, () => count(target)) }),
    prepare: (...change) => api.prepare(...change),
    bytesOf: (rule) => api.bytesOf(rule),
    actionOf: (...way) => api.actionOf(...way),
    describe: (target, isRemoval = false) => within('describe', isRemoval, () => api.describe(target)),
    send: (target, kind, direction, ...request) =>
      within(`${kind} ${direction}`, kind === 'revoke', () => api.send(target, kind, direction, ...request)),
  };
}

const overBudget = (action: string): NotListed => ({
  kind: 'refused',
  class: 'throttled',
  code: 'OVER_BUDGET',
  message: `the quota of ${action} calls is used up for this minute; nothing was sent`,
});
