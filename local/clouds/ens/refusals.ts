import { Refusal } from '../wire/answer.ts';

/** ENS says everything with 400: also what others say with 403, 404 and 500. */
const STATUS = 400;

export function missing(field: string): Refusal {
  return new Refusal(
    STATUS,
    'MissingParameter',
    `The input parameter that is mandatory for processing this request is not supplied: ${field}.`,
  );
}

/** A value that is wrong in itself. */
export function invalid(field: string): Refusal {
  return new Refusal(
    STATUS,
    `InvalidParameter.${field}`,
    `The specified field ${field} invalid. Please check it again.`,
  );
}

/** Values that do not go together, or do not belong there. */
export function unfit(why: string): Refusal {
  return new Refusal(STATUS, 'InvalidParameter', `The errorMessage is ${why}. Please check it again.`);
}

export function groupNotFound(): Refusal {
  return new Refusal(STATUS, 'InvalidSecurityGroupId.NotFound', 'The specified SecurityGroupId does not exist.');
}

export function duplicated(): Refusal {
  return new Refusal(STATUS, 'SecurityGroupRuleConflict.Duplicated', 'The SecurityGroup rule already exists.');
}

export function limitExceeded(): Refusal {
  return new Refusal(
    STATUS,
    'AuthorizationLimitExceed',
    'The limit of authorization records in the security group reaches.',
  );
}

/** What the cloud says when it failed inside: the change may have been made. */
export function interfaceError(): Refusal {
  return new Refusal(STATUS, 'ens.interface.error', 'An error occurred while calling the API.');
}

/** The code that a switch chose for removing what is not there. */
export function notThere(code: string): Refusal {
  return code === 'ens.interface.error'
    ? interfaceError()
    : new Refusal(STATUS, code, 'The specified security group rule does not exist.');
}
