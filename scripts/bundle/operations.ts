/**
 * The vendor's packages and the operations of them that we call. Bundles carry these and no others: uncut, the ECS
 * package alone costs half a second of every cold start. The build stops where code uses one that is not listed.
 */
export const sdkOperations: Readonly<Record<string, readonly string[]>> = {
  '@alicloud/ecs20140526': [
    'AuthorizeSecurityGroup',
    'AuthorizeSecurityGroupEgress',
    'DescribeSecurityGroupAttribute',
    'DescribeSecurityGroups',
    'ModifySecurityGroupEgressRule',
    'ModifySecurityGroupRule',
    'RevokeSecurityGroup',
    'RevokeSecurityGroupEgress',
  ],
  '@alicloud/fc20230330': ['InvokeFunction'],
};
