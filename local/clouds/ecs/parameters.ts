import { Refusal } from '../wire/answer.ts';

type Parameters = Readonly<Record<string, string>>;

/** The fields of one rule by their wire names, as given; what is absent is not in it. */
export type RuleFields = Parameters;

const SHARED_FIELDS = [
  'IpProtocol',
  'PortRange',
  'SourcePortRange',
  'NicType',
  'Policy',
  'Priority',
  'Description',
  'SourceCidrIp',
  'Ipv6SourceCidrIp',
  'SourceGroupId',
  'SourceGroupOwnerAccount',
  'SourceGroupOwnerId',
  'SourcePrefixListId',
  'DestCidrIp',
  'Ipv6DestCidrIp',
  'DestGroupId',
  'DestGroupOwnerAccount',
  'DestGroupOwnerId',
  'DestPrefixListId',
];

const BATCH_MAX = 100;

/** What a batch operation names: rules by their fields, in either form, or rules by id. */
export type Selection =
  | { readonly kind: 'permissions'; readonly entries: readonly RuleFields[] }
  | { readonly kind: 'flat'; readonly entries: readonly RuleFields[] }
  | { readonly kind: 'ids'; readonly ids: readonly string[] };

/** Reads `Permissions.N.X`, the deprecated flat parameters, or `SecurityGroupRuleId.N`. */
export function readSelection(parameters: Parameters, takesIds: boolean): Selection {
  const permissions = readPermissions(parameters);
  const ids = takesIds ? readIds(parameters) : [];
  const flat = readFlatFields(parameters);
  if (permissions.length > 0 && (ids.length > 0 || Object.keys(flat).length > 0)) {
    throw new Refusal(
      400,
      'InvalidParam.Permissions',
      'The parameter Permissions cannot coexist with other parameters.',
    );
  }
  if (permissions.length > BATCH_MAX) {
    throw new Refusal(400, 'InvalidParam.Permissions', `The parameter Permissions takes at most ${BATCH_MAX} entries.`);
  }
  if (permissions.length > 0) {
    return { kind: 'permissions', entries: permissions };
  }
  return ids.length > 0 ? { kind: 'ids', ids } : { kind: 'flat', entries: [flat] };
}

/** The flat rule fields; for the Modify operations, which know a port list as well. */
export function readFlatFields(parameters: Parameters, more: readonly string[] = []): RuleFields {
  const names = [...SHARED_FIELDS, ...more];
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => names.includes(name)));
}

/** Entries in the order of their numbers. A hole in the numbers is skipped, as an SDK's null leaves one. */
function readPermissions(parameters: Parameters): readonly RuleFields[] {
  const byNumber = new Map<number, Record<string, string>>();
  for (const [name, value] of Object.entries(parameters)) {
    const [, number, field] = /^Permissions\.(\d+)\.(\w+)$/.exec(name) ?? [];
    if (number && field && (SHARED_FIELDS.includes(field) || field === 'PortRangeListId')) {
      const entry = byNumber.get(Number(number)) ?? {};
      entry[field] = value;
      byNumber.set(Number(number), entry);
    }
  }
  return [...byNumber].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}

function readIds(parameters: Parameters): readonly string[] {
  const ids = Object.entries(parameters)
    .map(([name, value]) => [Number(/^SecurityGroupRuleId\.(\d+)$/.exec(name)?.[1] ?? Number.NaN), value] as const)
    .filter(([number]) => !Number.isNaN(number))
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
  if (ids.length > BATCH_MAX) {
    throw new Refusal(
      400,
      'InvalidParam.SecurityGroupRuleId',
      `The parameter SecurityGroupRuleId takes at most ${BATCH_MAX} ids.`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new Refusal(
      400,
      'InvalidParam.SecurityGroupRuleIdRepeated',
      'The specified parameter SecurityGroupRuleId contains the same id more than once.',
    );
  }
  return ids;
}

/** A parameter without which the operation means nothing. */
export function required(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (!value) {
    throw new Refusal(
      400,
      'MissingParameter',
      `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
    );
  }
  return value;
}

/** A whole number within bounds, or the default if the parameter is absent. */
export function numberParameter(
  parameters: Parameters,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly default: number },
): number {
  const text = parameters[name];
  if (!text) {
    return bounds.default;
  }
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= bounds.min && value <= bounds.max)) {
    throw new Refusal(400, `InvalidParameter.${name}`, `The specified parameter "${name}" is not valid.`);
  }
  return value;
}
