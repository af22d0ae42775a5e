import { Refusal } from '../wire/answer.ts';

type Wording = readonly [status: number, code: string, message?: string];

/**
 * The documents give one cause different codes by operation. Validation speaks as the Modify operations do, which tell
 * the most causes apart; the others have fewer words, and one of them another spelling. Keys are status and code,
 * because MissingParameter is two different things.
 */
const NARROWED = (side: 'Source' | 'Dest'): Readonly<Record<string, Wording>> => ({
  '403 MissingParameter': [
    400,
    `MissingParameter.${side}`,
    `The parameter ${side}CidrIp or ${side}GroupId is essential.`,
  ],
  '400 OperationDenied': [
    400,
    'InvalidParam.PortRange',
    "The specified param PortRange or SourcePortRange is not valid. should be integer and less than 65535, range separator is '/'.",
  ],
  '400 InvalidIpProtocol.Malformed': [400, 'InvalidIpProtocol.ValueNotSupported'],
  [`400 Invalid${side}Group.NotFound`]: [404, `Invalid${side}GroupId.NotFound`],
});

const NIC_TYPE_OF_REVOKE: Readonly<Record<string, Wording>> = {
  '400 InvalidNicType.Mismatch': [403, 'InvalidNicType.Mismatch'],
};

const WORDINGS: Readonly<Record<string, Readonly<Record<string, Wording>>>> = {
  AuthorizeSecurityGroup: NARROWED('Source'),
  AuthorizeSecurityGroupEgress: NARROWED('Dest'),
  RevokeSecurityGroup: { ...NARROWED('Source'), ...NIC_TYPE_OF_REVOKE },
  RevokeSecurityGroupEgress: {
    ...NARROWED('Dest'),
    ...NIC_TYPE_OF_REVOKE,
    '400 InvalidDestCidrIp.Malformed': [400, 'Invaliddestcidrip.Malformed'],
  },
};

/** A refusal in the words of the operation that makes it. */
export function wordedFor(action: string, refusal: Refusal): Refusal {
  const wordings = Object.hasOwn(WORDINGS, action) ? WORDINGS[action] : undefined;
  const wording = wordings?.[`${refusal.status} ${refusal.code}`];
  if (!wording) {
    return refusal;
  }
  const [status, code, message = refusal.message] = wording;
  return new Refusal(status, code, message, { ...refusal.headers });
}
