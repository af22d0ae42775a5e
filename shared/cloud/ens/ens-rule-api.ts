import * as z from 'zod/mini';
import type { Abilities, Answer, ChangeKind, Listing, NotListed, RuleApi } from '../../reconcile/cloud-port.ts';
import type { Rule } from '../../rule/rule.ts';
import type { Target } from '../../rule/target.ts';
import { elsewhere, readFrozen, refusedHere } from '../before-sending.ts';
import { rawPermission } from '../raw-permission.ts';
import { readAgain } from '../read-again.ts';
import { type EnsCaller, type EnsOptions, ensCaller } from './ens-caller.ts';
import { actionOf, bytesOfRule, type FrozenRequest, freezeRequest, frozenRequest } from './frozen-request.ts';

const shared = { hasClientTokens: false, hasRuleIds: false, canModify: false, readLagMs: 5_000 } as const;
const abilitiesOf: Readonly<Record<'stamped' | 'flat', Abilities>> = {
  // The real limit of a batch is not documented: a small one, and as many bytes as a form surely takes.
  stamped: { ...shared, hasDescriptions: true, batchMax: 20, batchBytesMax: 30_000 },
  flat: { ...shared, hasDescriptions: false, batchMax: 1, batchBytesMax: 30_000 },
};

/**
 * The security-group rules of one account of Edge Node Service (2017-11-10). Calls are one-shot.
 *
 * Unverified: written from the vendor's documents and tried on our emulator only, never on the real service.
 */
export function createEnsRuleApi(options: EnsOptions): RuleApi {
  const form = options.form ?? 'stamped';
  const here = { cloud: 'ens', regionId: options.regionId } as const;
  const caller = ensCaller(options);
  return {
    abilities: abilitiesOf[form],
    describe: async (target) => elsewhere(here, target) ?? listRules(caller, target),
    prepare: (target, change) => freezeRequest(form, target, change),
    bytesOf: (rule) => bytesOfRule(form, rule),
    actionOf: (kind, direction) => (kind === 'modify' ? undefined : actionOf(form, kind, direction)),
    // Without client tokens nothing tells a repeated call from a new one: whoever repeats it looks first.
    send: async (target, kind, direction, request): Promise<Answer> => {
      const read = elsewhere(here, target) ?? readRequest(kind, request);
      if ('kind' in read) return read;
      const answer = await sendRequest(caller, read, { kind, direction });
      return answer.kind === 'answered' ? { kind: 'done', requestId: answer.requestId } : answer;
    },
  };
}

function readRequest(kind: ChangeKind, request: string): Sendable | NotListed {
  const read = readFrozen(frozenRequest, kind, request);
  if (!('data' in read)) return read;
  if (read.data.form !== 'none') return read.data;
  return refusedHere('RULE_NOT_SUPPORTED', `Edge Node Service does not have this: ${read.data.why}`);
}

type Sendable = Exclude<FrozenRequest, { form: 'none' }>;
type Way = { readonly kind: ChangeKind; readonly direction: Rule['direction'] };

async function sendRequest(caller: EnsCaller, request: Sendable, { kind, direction }: Way) {
  if (kind === 'modify') return refusedHere('ACTION_NOT_SUPPORTED', 'Edge Node Service cannot change a rule');
  const { securityGroupId: SecurityGroupId } = request;
  const rules = request.form === 'stamped' ? { Permissions: JSON.stringify(request.permissions) } : request.rule;
  return caller(kind, actionOf(request.form, kind, direction), { SecurityGroupId, ...rules });
}

const listing = z.object({
  SecurityGroupId: z.string(),
  Permissions: z.object({ Permission: z.array(z.unknown()) }),
});

/** Every rule of a group: there are no pages. What is no listing of this very group must not pass for an empty one. */
async function listRules(caller: EnsCaller, { securityGroupId }: Target): Promise<Listing | NotListed> {
  const call = () => caller('describe', 'DescribeSecurityGroupAttribute', { SecurityGroupId: securityGroupId });
  const answer = await readAgain(call);
  if (answer.kind !== 'answered') return answer;
  const read = listing.safeParse(answer.body);
  if (!read.success || read.data.SecurityGroupId !== securityGroupId) {
    return { kind: 'unknown', code: 'MALFORMED_LISTING', message: 'the answer is not a listing of this group' };
  }
  const rules = read.data.Permissions.Permission.map(rawPermission);
  return { kind: 'listed', rules, requestIds: [answer.requestId] };
}
