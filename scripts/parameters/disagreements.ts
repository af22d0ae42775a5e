import { caseTest, type NamedTest } from './carriers.ts';

/** A point on which documents differ, what holds here, and the test that says so. */
export type Disagreement = {
  readonly on: string;
  readonly older: string;
  readonly newer: string;
  readonly holds: string;
  readonly test: NamedTest;
};

const rule = (name: string): NamedTest => ({ file: 'test/shared/rule/request-rule.test.ts', name });
const wire = (name: string): NamedTest => ({ file: 'test/shared/cloud/parameters-on-the-wire.test.ts', name });

/** The newer document holds everywhere; where that alone does not say enough, the sentence does. */
export const disagreements: readonly Disagreement[] = [
  {
    on: 'default of DestCidrIp, SourceCidrIp',
    older: 'both Modify documents: `0.0.0.0/0`',
    newer: 'RevokeSecurityGroupEgress: null; Edge Node Service: required; Apsara Stack: none',
    holds:
      'The newer: there is no default. A rule without a peer is refused (`MISSING_FIELD`): it must not open to all.',
    test: rule('without a peer is refused, and never becomes 0.0.0.0/0'),
  },
  {
    on: 'default of NicType',
    older: 'ModifySecurityGroupRule, RevokeSecurityGroupEgress: `internet`',
    newer: 'Apsara Stack: not needed in a VPC, where it can only be `intranet`',
    holds: 'The newer: `intranet`, and it is always said. A group of the classic network names `internet` itself.',
    test: rule('accepts at priority 1 on the intranet side unless it says otherwise'),
  },
  {
    on: 'default of Priority',
    older: 'ModifySecurityGroupRule: none',
    newer: 'all others: `1`',
    holds: 'The newer: `1`, and it is always said.',
    test: rule('accepts at priority 1 on the intranet side unless it says otherwise'),
  },
  {
    on: 'type of Priority',
    older: 'the ECS documents: String',
    newer: 'Edge Node Service: integer',
    holds: 'A message takes either; each cloud gets its own.',
    test: rule('takes a priority from 1 to 100 as number or text'),
  },
  {
    on: 'Description',
    older: 'ModifySecurityGroupRule: required (with the explanation of another parameter)',
    newer: 'all others: optional, 1 to 512 characters; the flat form of Edge Node Service has none',
    holds: 'The newer.',
    test: rule('may bear a description of 1 to 512 characters'),
  },
  {
    on: 'case of IpProtocol',
    older: 'the ECS documents: either',
    newer: 'Edge Node Service, Apsara Stack: case-sensitive',
    holds: 'Each for its own cloud; lower case is sent to all.',
    test: caseTest,
  },
  {
    on: 'Policy',
    older: 'samples of the ECS documents: `allow`, `Allow`',
    newer: 'every table: `accept` or `drop`',
    holds: 'The tables.',
    test: rule('accepts or drops, and knows no "allow"'),
  },
  {
    on: 'type of …GroupOwnerId',
    older: 'ModifySecurityGroupRule: String',
    newer: 'all others: Long',
    holds: 'A message takes a number or its digits as text.',
    test: rule('names the owner of a peer group by account or by number'),
  },
  {
    on: 'what Modify changes',
    older: 'ModifySecurityGroupRule: the description only, the rule named by its attributes',
    newer: 'today’s API: every value but the kind of peer and the NIC type, the rule named by its id',
    holds: 'The newer on ECS. Apsara Stack documents no id there, so it counts as unable to modify.',
    test: wire(
      'are all of ModifySecurityGroupRule and ModifySecurityGroupEgressRule on ECS, beside the id of the rule',
    ),
  },
  {
    on: 'spelling',
    older: 'ModifySecurityGroupRule: `Portrange`, `Nictype`; samples: `DestCiderIp`',
    newer: 'all others: `PortRange`, `NicType`, `DestCidrIp`',
    holds: 'The newer.',
    test: wire('are all of AuthorizeSecurityGroup and AuthorizeSecurityGroupEgress on ECS'),
  },
  {
    on: 'the region',
    older: 'the ECS documents: `RegionId`',
    newer: 'Apsara Stack: `RegionId` and `regionId`; Edge Node Service: none',
    holds: 'Each cloud gets what its document asks for, from `target.regionId`.',
    test: wire('are all of AuthorizeSecurityGroupEgress on Apsara Stack'),
  },
];
