import { Refusal } from '../wire/answer.ts';
import type { CallContext } from './call-context.ts';
import type { Group } from './group.ts';
import { required } from './parameters.ts';

/** The group that the call names. */
export function namedGroup({ parameters, accountId, regionId, book }: CallContext): Group {
  return book.get({ accountId, regionId, id: required(parameters, 'SecurityGroupId') });
}

/** The same, refused if a cloud product manages it. */
export function writableGroup(context: CallContext): Group {
  const group = namedGroup(context);
  if (group.serviceManaged) {
    throw new Refusal(
      403,
      'InvalidOperation.ResourceManagedByCloudProduct',
      'The security group has been managed by another cloud product.',
    );
  }
  return group;
}
