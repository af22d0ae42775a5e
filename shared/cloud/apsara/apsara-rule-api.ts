import type { Abilities, Answer, ChangeKind, NotListed, RuleApi } from '../../reconcile/cloud-port.ts';
import { elsewhere, readFrozen, refusedHere } from '../before-sending.ts';
import { type ApsaraOptions, apsaraCaller } from './apsara-caller.ts';
import { bytesOfRule, freezeRequest, frozenRequest } from './frozen-request.ts';
import { listRules } from './list-rules.ts';

/**
 * By attributes only the Description of a rule could be changed, and a change names its rule by id: so this cloud
 * counts as one that cannot modify.
 */
const abilities: Omit<Abilities, 'readLagMs'> = {
  hasClientTokens: true,
  hasRuleIds: false,
  hasDescriptions: true,
  canModify: false,
  batchMax: 1,
  batchBytesMax: 30_000,
};

const actions = {
  authorize: { ingress: 'AuthorizeSecurityGroup', egress: 'AuthorizeSecurityGroupEgress' },
  revoke: { ingress: 'RevokeSecurityGroup', egress: 'RevokeSecurityGroupEgress' },
} as const;

/**
 * The security-group rules of one account in one region of one Apsara Stack. Calls are one-shot.
 *
 * Unverified: written from one document of the vendor and from what other clients do, and tried on our emulator
 * only, never on a real stack. That revocations live beside the documented path is a guess.
 */
export function createApsaraRuleApi(options: ApsaraOptions): RuleApi {
  const here = { cloud: 'apsara', regionId: options.regionId } as const;
  const caller = apsaraCaller(options);
  return {
    abilities: { ...abilities, readLagMs: options.settings.readLagMs },
    describe: async (target) => elsewhere(here, target) ?? listRules(caller, target),
    prepare: freezeRequest,
    bytesOf: bytesOfRule,
    actionOf: (kind, direction) => (kind === 'modify' ? undefined : actions[kind][direction]),
    send: async (target, kind, direction, request, clientToken): Promise<Answer> => {
      if (kind === 'modify') return refusedHere('ACTION_NOT_SUPPORTED', 'Apsara Stack cannot change a rule by its id');
      const read = elsewhere(here, target) ?? readRequest(kind, request);
      if ('kind' in read) return read;
      const answer = await caller(kind, actions[kind][direction], { ...read.parameters, ClientToken: clientToken });
      return answer.kind === 'answered' ? { kind: 'done', requestId: answer.requestId } : answer;
    },
  };
}

type Sendable = { readonly parameters: Readonly<Record<string, string>> };

function readRequest(kind: ChangeKind, request: string): Sendable | NotListed {
  const read = readFrozen(frozenRequest, kind, request);
  if (!('data' in read)) return read;
  if ('parameters' in read.data) return read.data;
  return refusedHere('RULE_NOT_SUPPORTED', `Apsara Stack does not document this: ${read.data.unsupported}`);
}
