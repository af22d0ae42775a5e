import type { Abilities, Answer, ChangeKind, NotListed, RuleApi } from '../../reconcile/cloud-port.ts';
import type { Rule } from '../../rule/rule.ts';
import { elsewhere, readFrozen } from '../before-sending.ts';
import { countInstances } from './count-instances.ts';
import { type EcsCall, type EcsOptions, ecsCaller } from './ecs-caller.ts';
import { actionOf, bytesOfRule, freezeRequest, frozenRequests } from './frozen-request.ts';
import { listRules } from './list-rules.ts';

const abilities: Abilities = {
  hasClientTokens: true,
  hasRuleIds: true,
  hasDescriptions: true,
  canModify: true,
  batchMax: 100,
  batchBytesMax: 120_000,
  readLagMs: 5_000,
};

/** The security-group rules of one account in one region of Elastic Compute Service. Calls are one-shot. */
export function createEcsRuleApi(options: EcsOptions): RuleApi {
  const here = { cloud: 'ecs', regionId: options.regionId } as const;
  const caller = ecsCaller(options);
  return {
    abilities,
    describe: async (target) => elsewhere(here, target) ?? listRules(caller, target),
    countInstances: async (target) => elsewhere(here, target) ?? countInstances(caller, target),
    prepare: freezeRequest,
    bytesOf: bytesOfRule,
    actionOf,
    send: async (target, kind, direction, request, clientToken): Promise<Answer> => {
      const call = elsewhere(here, target) ?? readCall(kind, direction, request, clientToken);
      if (typeof call !== 'function') return call;
      const answer = await caller(kind, call);
      return answer.kind === 'answered' ? { kind: 'done', requestId: answer.requestId } : answer;
    },
  };
}

type Call = EcsCall<{ requestId?: string }>;

/** The typed call of a frozen request; a refusal when the text is not what `prepare` wrote. */
function readCall(
  kind: ChangeKind,
  direction: Rule['direction'],
  request: string,
  clientToken: string,
): Call | NotListed {
  const isIngress = direction === 'ingress';
  const read = readFrozen(frozenRequests[kind], kind, request);
  if (!('data' in read)) return read;
  const map = { ...read.data, clientToken };
  switch (kind) {
    case 'authorize':
      return isIngress
        ? (client, sdk) => client.authorizeSecurityGroup(new sdk.AuthorizeSecurityGroupRequest(map))
        : (client, sdk) => client.authorizeSecurityGroupEgress(new sdk.AuthorizeSecurityGroupEgressRequest(map));
    case 'revoke':
      return isIngress
        ? (client, sdk) => client.revokeSecurityGroup(new sdk.RevokeSecurityGroupRequest(map))
        : (client, sdk) => client.revokeSecurityGroupEgress(new sdk.RevokeSecurityGroupEgressRequest(map));
    case 'modify':
      return isIngress
        ? (client, sdk) => client.modifySecurityGroupRule(new sdk.ModifySecurityGroupRuleRequest(map))
        : (client, sdk) => client.modifySecurityGroupEgressRule(new sdk.ModifySecurityGroupEgressRuleRequest(map));
  }
}
