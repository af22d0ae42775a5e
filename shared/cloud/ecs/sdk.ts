/**
 * The one door to the vendor's ECS package. Whatever is taken from it here must be declared in
 * `scripts/bundle/operations.ts`, or the build stops: bundles carry only the operations that are used.
 */
import * as ecs from '@alicloud/ecs20140526';

export {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupRequest,
  DescribeSecurityGroupAttributeRequest,
  DescribeSecurityGroupsRequest,
  ModifySecurityGroupEgressRuleRequest,
  ModifySecurityGroupRuleRequest,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupRequest,
} from '@alicloud/ecs20140526';

type ClientClass = (typeof ecs)['default']['default'];

/** Loaders differ in how deep they put the class of an ES module that was compiled to CommonJS. */
function clientClass(outer: unknown): ClientClass {
  return typeof outer === 'function' ? (outer as ClientClass) : ecs.default.default;
}

export const EcsClient: ClientClass = clientClass(ecs.default);
export type EcsClient = InstanceType<ClientClass>;
