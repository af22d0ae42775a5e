import type { ApiDocument } from './documents.ts';

/** A test by its file and its name. */
export type NamedTest = { readonly file: string; readonly name: string };

/** What carries a parameter: a field of the message, or whoever makes it up. */
export type Carrier = {
  /** `target.x`, `rules[].x` or `action`; absent where no field of a message does. */
  readonly field?: string;
  readonly note?: string;
  readonly test: NamedTest;
};

const rule = (name: string): NamedTest => ({ file: 'test/shared/rule/request-rule.test.ts', name });
const wire = (name: string): NamedTest => ({ file: 'test/shared/cloud/parameters-on-the-wire.test.ts', name });
const ecs = (name: string): NamedTest => ({ file: 'test/shared/cloud/ecs/ecs-rule-api.test.ts', name });

const onModify = wire(
  'are all of ModifySecurityGroupRule and ModifySecurityGroupEgressRule on ECS, beside the id of the rule',
);
const onRevoke = ecs('revokes by id and names nothing else');
const onEns = wire('are all of AuthorizeSecurityGroupEgress on Edge Node Service, in lower case');
const onApsara = wire('are all of AuthorizeSecurityGroupEgress on Apsara Stack');

/** Where a whole call of a document is seen on the wire. */
export const wireOf: Readonly<Record<ApiDocument['id'], NamedTest>> = {
  'modify-egress': onModify,
  modify: onModify,
  'revoke-egress': onRevoke,
  ens: onEns,
  apsara: onApsara,
};

const ownersTest = rule('names the owner of a peer group by account or by number');
const v6Test = rule('takes IPv6 at either end, and never both families');
const addressTest = rule('takes an address or a block at either end');
const groupTest = rule('between groups is for the intranet side, and a group is not its own peer');

/** Case-sensitive where a cloud's document says so. */
export const caseTest: NamedTest = {
  file: 'test/shared/rule/cloud-form.test.ts',
  name: 'is case-sensitive on Edge Node Service and Apsara Stack, and not on ECS',
};

/** By the parameter's name without regard to case: the documents spell PortRange and NicType in two ways. */
const ofRule: Readonly<Record<string, Carrier>> = {
  ipprotocol: {
    field: 'rules[].ipProtocol',
    test: rule('takes protocols in either case and keeps them in lower case'),
  },
  portrange: {
    field: 'rules[].portRange',
    test: rule('takes ports of TCP and UDP as start/end and of all others as -1/-1'),
  },
  sourceportrange: {
    field: 'rules[].sourcePortRange',
    test: rule('takes source ports in the same form, and every source port for none named'),
  },
  policy: { field: 'rules[].policy', test: rule('accepts or drops, and knows no "allow"') },
  priority: { field: 'rules[].priority', test: rule('takes a priority from 1 to 100 as number or text') },
  nictype: {
    field: 'rules[].nicType',
    test: rule('accepts at priority 1 on the intranet side unless it says otherwise'),
  },
  description: {
    field: 'rules[].description',
    note: 'our stamp stands behind it',
    test: rule('may bear a description of 1 to 512 characters'),
  },
  destcidrip: { field: 'rules[].destCidrIp', test: addressTest },
  sourcecidrip: { field: 'rules[].sourceCidrIp', test: addressTest },
  ipv6destcidrip: { field: 'rules[].ipv6DestCidrIp', test: v6Test },
  ipv6sourcecidrip: { field: 'rules[].ipv6SourceCidrIp', test: v6Test },
  destgroupid: { field: 'rules[].destGroupId', test: groupTest },
  sourcegroupid: { field: 'rules[].sourceGroupId', test: groupTest },
  destgroupowneraccount: { field: 'rules[].destGroupOwnerAccount', test: ownersTest },
  sourcegroupowneraccount: { field: 'rules[].sourceGroupOwnerAccount', test: ownersTest },
  destgroupownerid: { field: 'rules[].destGroupOwnerId', test: ownersTest },
  sourcegroupownerid: { field: 'rules[].sourceGroupOwnerId', test: ownersTest },
};

function ofCall(id: ApiDocument['id'], name: string): Carrier | undefined {
  const test = wireOf[id];
  switch (name) {
    case 'action':
      return { field: 'action', note: 'with the direction of each rule', test };
    case 'regionid':
      return { field: 'target.regionId', test };
    case 'securitygroupid':
      return { field: 'target.securityGroupId', test };
    case 'clienttoken':
      return { note: 'made of a nonce in the journal, the same at every repetition', test };
    case 'version':
      return { note: '`apsara.version` of accounts.yaml', test };
    default:
      return undefined;
  }
}

/** What carries a parameter of a document; throws where nothing does. */
export function carrierOf(id: ApiDocument['id'], parameter: string): Carrier {
  const name = parameter.toLowerCase();
  if (name === 'description' && (id === 'modify' || id === 'modify-egress')) {
    return { field: 'rules[].description', note: 'within `set`: the change itself', test: wireOf[id] };
  }
  if ((name === 'ipprotocol' || name === 'policy') && (id === 'ens' || id === 'apsara')) {
    return { field: name === 'policy' ? 'rules[].policy' : 'rules[].ipProtocol', test: caseTest };
  }
  const carrier = ofCall(id, name) ?? ofRule[name];
  if (!carrier) throw new Error(`nothing carries ${parameter} of ${id}`);
  return carrier;
}

/** How the fields of a rule are used by the operation of a document. */
export const useOf: Readonly<Record<ApiDocument['id'], string>> = {
  'modify-egress':
    'A message with the action `modify` names an egress rule by `securityGroupRuleId` or by these fields, and says under `set` what it becomes. On the wire the rule goes by its id, beside every field of what it becomes.',
  modify: 'The same for ingress rules.',
  'revoke-egress':
    'These fields say which rule a lease opened, or with the action `revoke` which rule is to go. On the wire it goes by `SecurityGroupRuleId`, which the vendor added later: by attributes a stranger’s equal rule would go.',
  ens: 'The flat form. The adapter prefers CreateSecurityGroupPermissions, which takes the same values and a Description.',
  apsara: 'All of them travel in the body. AuthorizeSecurityGroup and the revocations beside it take the same.',
};
