import { pointer, type Refusal, refusal } from './refusal.ts';
import type { RequestRule } from './request-rule.ts';
import type { Target } from './target.ts';

type Field = keyof RequestRule;

const groups: readonly Field[] = [
  'sourceGroupId',
  'sourceGroupOwnerAccount',
  'sourceGroupOwnerId',
  'destGroupId',
  'destGroupOwnerAccount',
  'destGroupOwnerId',
];
const lists: readonly Field[] = ['portRangeListId', 'sourcePrefixListId', 'destPrefixListId'];

/** What the documents of a cloud leave out of a rule, and which protocols they name (lower case, case-sensitive). */
const forms: Partial<
  Record<Target['cloud'], { name: string; without: readonly Field[]; protocols: readonly string[] }>
> = {
  ens: {
    name: 'Edge Node Service',
    without: [...groups, ...lists],
    protocols: ['tcp', 'udp', 'icmp', 'icmpv6', 'gre', 'all'],
  },
  apsara: { name: 'Apsara Stack', without: lists, protocols: ['tcp', 'udp', 'icmp', 'gre', 'all'] },
};

/**
 * What a cloud's own documents refuse in a rule that ECS would take: its words are case-sensitive where those of ECS
 * are not (Edge Node Service and Apsara Stack documents of AuthorizeSecurityGroupEgress), and it knows fewer fields.
 */
export function checkCloudForm(
  cloud: Target['cloud'],
  request: RequestRule,
  path: readonly PropertyKey[],
): Refusal | undefined {
  const form = forms[cloud];
  if (!form) return undefined;
  const at = (field: string) => pointer([...path, field]);
  const missing = form.without.find((field) => request[field] !== undefined);
  if (missing) return refusal('FIELD_NOT_SUPPORTED', `${form.name} has no ${missing}`, at(missing));
  if (request.policy !== request.policy.toLowerCase()) {
    return refusal('INVALID_VALUE', `on ${form.name} policy is case-sensitive: accept or drop`, at('policy'));
  }
  if (form.protocols.includes(request.ipProtocol)) return undefined;
  const sentence = `on ${form.name} ipProtocol is one of ${form.protocols.join(', ')}, in lower case`;
  return refusal('INVALID_VALUE', sentence, at('ipProtocol'));
}
