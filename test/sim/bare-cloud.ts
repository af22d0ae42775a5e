import type { Abilities, RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { FaultClass } from './plan.ts';

/** As the adapter of Edge Node Service states them. */
const abilities: Partial<Abilities> = { hasClientTokens: false, hasRuleIds: false, canModify: false, batchMax: 20 };

/** Where a rule is known by its text alone, nobody can tell who wrote that: people leave the texts as they are. */
export const actsOnTexts: readonly FaultClass[] = ['edit-ours', 'strip-ours', 'clone-ours', 'clone-elsewhere'];

/** The same cloud without rule ids and client tokens: a removal names attributes, and a repetition is a new request. */
export const bareRuleApi = (api: RuleApi): RuleApi => ({
  ...api,
  abilities: { ...api.abilities, ...abilities },
  describe: async (target) => {
    const look = await api.describe(target);
    if (look.kind !== 'listed') return look;
    return { ...look, rules: look.rules.map(({ ruleId: _id, createdAtMs: _at, ...rest }) => rest) };
  },
  prepare: (target, change) =>
    change.kind === 'revoke'
      ? api.prepare(target, { kind: 'authorize', direction: change.direction, rules: change.rules })
      : api.prepare(target, change),
});
