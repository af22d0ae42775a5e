import { Refusal } from '../wire/answer.ts';
import { randomName } from '../wire/random-ids.ts';
import type { CallContext, Effect } from './call-context.ts';
import { emptyGroup } from './group.ts';
import { readTags } from './tags.ts';
import { writableGroup } from './writable-group.ts';

const NAME = /^(?!https?:\/\/)\p{L}[\p{L}\p{N}:_.-]{1,127}$/u;
const DESCRIPTION = /^(?!https?:\/\/).{2,256}$/su;

/** Creates a group without rules. A VPC id makes it a group of that VPC, without checking the VPC. */
export function createGroup(context: CallContext): Effect {
  const { parameters, accountId, regionId, nowMs, random } = context;
  const type = parameters.SecurityGroupType || 'normal';
  if (type !== 'normal' && type !== 'enterprise') {
    throw new Refusal(
      400,
      'InvalidSecurityGroupType.ValueNotSupported',
      'The specified SecurityGroupType is not valid.',
    );
  }
  const name = parameters.SecurityGroupName ?? '';
  if (name !== '' && !NAME.test(name)) {
    throw new Refusal(400, 'InvalidSecurityGroupName.Malformed', 'Specified security group name is not valid.');
  }
  const description = parameters.Description ?? '';
  if (description !== '' && !DESCRIPTION.test(description)) {
    throw new Refusal(
      400,
      'InvalidSecurityGroupDescription.Malformed',
      'Specified security group description is not valid.',
    );
  }
  const id = `sg-${randomName(random, 20)}`;
  return {
    group: {
      ...emptyGroup({ accountId, regionId, id, name, description, vpcId: parameters.VpcId ?? '', createdAtMs: nowMs }),
      type,
      resourceGroupId: parameters.ResourceGroupId ?? '',
      serviceManaged: parameters.ServiceManaged?.toLowerCase() === 'true',
      tags: readTags(parameters),
    },
    body: { SecurityGroupId: id },
  };
}

/** Deletes a group with its rules, unless a rule of another group names it. */
export function deleteGroup(context: CallContext): Effect {
  const group = writableGroup(context);
  const isNamed = context.book
    .all()
    .some((other) =>
      other.rules.some(({ peer }) => peer.value === group.id && peer.ownerAccountId === group.accountId),
    );
  if (isNamed) {
    throw new Refusal(403, 'DependencyViolation', 'The specified security group has been authorized in another one.');
  }
  return { group, removed: true };
}
