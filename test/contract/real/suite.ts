import { randomUUID } from 'node:crypto';
import { createEcsRuleApi } from '../../../shared/cloud/ecs/ecs-rule-api.ts';
import type { RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { type OpenRuleApi, ruleApiContract } from '../rule-api.ts';
import { environmentCredentials, suiteSettings } from './settings.ts';

const { regionId, endpoint, securityGroupId, settleMs } = suiteSettings();
const target = { cloud: 'ecs', account: 'default', regionId, securityGroupId } as const;
/** A real cloud is given the time that the product gives it, not the second that an emulator needs. */
const timeoutMs = 15_000;

const open: OpenRuleApi = async () => {
  const api = patient(createEcsRuleApi({ regionId, endpoint, credentials: environmentCredentials, timeoutMs }));
  return { api, target, close: () => empty(api) };
};

/**
 * Looks when the last change has had its time to show. Tokens of the suite are few and plain; the cloud remembers
 * those of the test before, so each opening has its own.
 */
function patient(api: RuleApi): RuleApi {
  const nonce = randomUUID().slice(0, 8);
  let isSettled = true;
  return {
    ...api,
    describe: async (of) => {
      if (!isSettled) await systemClock.sleep(settleMs);
      isSettled = true;
      return api.describe(of);
    },
    send: (of, kind, direction, request, clientToken) => {
      isSettled = false;
      return api.send(of, kind, direction, request, `${nonce}-${clientToken}`);
    },
  };
}

async function empty(api: RuleApi): Promise<void> {
  const listing = await api.describe(target);
  if (listing.kind !== 'listed') throw new Error(`the scratch group cannot be listed: ${listing.code}`);
  for (const direction of ['ingress', 'egress'] as const) {
    const listed = listing.rules.filter(({ rule }) => rule?.direction === direction);
    const ruleIds = listed.flatMap(({ ruleId }) => ruleId ?? []);
    if (ruleIds.length === 0) continue;
    const rules = listed.flatMap(({ rule }) => rule ?? []);
    const request = api.prepare(target, { kind: 'revoke', direction, ruleIds, rules });
    await api.send(target, 'revoke', direction, request, randomUUID());
  }
}

ruleApiContract('ECS as it was found', open);
