import type { Decision, Lease, Plan } from '../answers.ts';

/** What the sentence about a state may tell beside the state itself. */
type Told = {
  readonly startsAt: string;
  readonly endsAt: string | undefined;
  /** A whole sentence: why the lease is over. */
  readonly ending: string;
  /** A whole sentence: whom the lease waits for. */
  readonly waiting: string;
};
type Waiting = { readonly needed: number; readonly names: readonly string[]; readonly expiresAt: string };
type Refused = { readonly code: string; readonly message: string; readonly messageZh?: string | undefined };
type OpenBy = NonNullable<NonNullable<Plan['rules'][number]['traffic']>['openBy']>;
type Ended = Pick<Lease, 'endReason' | 'endReasonZh'>;
type Covers = 'whole' | 'part';

/** Every text about leases, in English. Other languages have the same shape. */
export const en = {
  comma: ', ',
  none: '(none)',
  state: (state: string) => state,
  action: (action: string) => action,
  time: {
    units: {
      d: (n: number) => `${n}d`,
      h: (n: number) => `${n}h`,
      m: (n: number) => `${n}m`,
      s: (n: number) => `${n}s`,
    },
    in: (text: string) => `in ${text}`,
    ago: (text: string) => `${text} ago`,
    now: 'now',
    noEnd: 'no end',
  },
  /** A sentence that was said already, in this language where it was said in it. */
  said: ({ message }: Refused) => message,
  states: {
    requested: () => 'It was taken and not yet decided.',
    'awaiting-approval': ({ waiting }: Told) => waiting,
    scheduled: ({ startsAt }: Told) => `It begins at ${startsAt}; nothing was done yet.`,
    opening: () => 'Its time has come, and not all of it was seen in the cloud yet. It is being tried until its end.',
    active: ({ endsAt }: Told) =>
      `All of it was seen in the cloud${endsAt === undefined ? '' : `; it is undone at its end, ${endsAt}`}.`,
    closing: ({ ending }: Told) => `${ending} It is undone; the state stays until a complete listing has proved it.`,
    stuck: ({ ending }: Told) =>
      `${ending} It could not be undone, and is tried again and again. Somebody has to look.`,
    ended: ({ ending }: Told) => `${ending} Nothing of it is left to undo, as a complete listing has shown.`,
    rejected: () => 'It was refused; nothing was done.',
    cancelled: ({ ending }: Told) => `${ending} It had not begun: nothing was done.`,
    failed: () => 'It never took effect.',
    withdrawn: () => 'Somebody removed its rules by hand before its end. They had a reason: it is not opened again.',
  },
  lease: {
    colon: ': ',
    until: (endsAt: string, left: string) => `until ${endsAt} (${left})`,
    noEnd: '(no end)',
    from: (startsAt: string, until: string) => `from ${startsAt} ${until}`,
    fromApproval: 'from its approval',
    borrowedMark: 'borrowed',
    borrowed: 'borrowed: the rule was there already and is somebody else’s; it will not be removed at the end',
    emergency: 'emergency',
    unreviewed: 'nobody has reviewed it yet',
    reviewed: (by: string, review: string | undefined) => `reviewed by ${by}: ${review}`,
    approvals: (names: readonly string[], needed: number) =>
      `approvals: ${names.length} of ${needed}${names.length === 0 ? '' : ` (${names.join(', ')})`}`,
    rejectedBy: (by: string) => `rejected by ${by}`,
    toBeApproved: (expiresAt: string, digest: string) => `to be approved until ${expiresAt}, digest ${digest}`,
    notOpenYet: (id: string) =>
      `lease ${id} was taken and has not taken effect yet; it is still being tried (curfew why ${id})`,
    became: (id: string, state: string, said: string | undefined) =>
      `lease ${id} ${state}${said === undefined ? '' : `: ${said}`}`,
  },
  abandoned: 'Nothing is tried any more. What the lease did may still be there: settle it by hand.',
  ended: {
    nothing: 'There was nothing to end.',
    refused: (all: string) => `not ended: ${all}`,
    stuck: (ids: string) => `stuck, and still being tried: ${ids} (curfew why ID tells the reason)`,
    notYet: (ids: string) => `told to end, and not yet seen to be gone: ${ids}; it is being tried until it is`,
  },
  show: {
    changed: (fields: string) => `changed: ${fields}`,
    askedBy: (requester: string, requestId: string, ticket: string | undefined) =>
      `asked for by ${requester} as ${requestId}${ticket === undefined ? '' : `, ${ticket}`}`,
    because: (reason: string) => `because: ${reason}`,
    endedEarly: (reason: string) => `ended early: ${reason}`,
  },
  list: {
    header: ['ID', 'STATE', 'GROUP', 'RULES', 'REQUESTER', 'ENDS'],
    none: 'There are no leases.',
    noneLive: 'There are no live leases (--all shows those that are over).',
    notApproved: 'not approved yet',
    borrowed: ' (borrowed)',
    emergency: ' (emergency)',
    isCut: (count: number) => `The newest ${count}; --limit shows more.`,
  },
  otherState: (state: string) => `Its state is ${state}.`,
  waits: 'It waits until somebody else approves it.',
  waitsFor: ({ needed, names, expiresAt }: Waiting) => {
    const people =
      needed === 1 ? 'somebody other than its requester has' : `${needed} people other than its requester have`;
    const soFar = names.length === 0 ? '' : ` (so far: ${names.join(', ')})`;
    return `It waits until ${people} approved it${soFar}. At ${expiresAt} it is rejected.`;
  },
  endReason: ({ endReason }: Ended) => endReason,
  because: (reason: string) => `: ${reason}`,
  endings: {
    asked: (actor: string, at: string, because: string) => `${actor} ended it at ${at}${because}.`,
    cut: (because: string) => `It was cut short${because}.`,
    forGood: 'It was made for good and has no end.',
    due: (endsAt: string) => `Its end came at ${endsAt}.`,
  },
  decided: (at: string, decision: string) => `At ${at} it was ${decision}.`,
  decision: {
    by: (policies: Decision['policies'], version: string) =>
      `decided by ${policies.length === 0 ? 'no policy' : `the policy ${policies.join(', ')}`} (version ${version})`,
    freely: '; nobody has to approve',
    approvedBy: (count: number, groups: Decision['approvers']) => {
      const of = groups.length === 0 ? '' : ` of ${groups.join(' and ')}`;
      return `; ${count} ${count === 1 ? 'person' : 'people'}${of} must approve, and not who asked`;
    },
  },
  refused: (code: string, said: string, decidedBy: string) => `${code}: ${said}. ${decidedBy}`,
  refusedLater: (at: string, actor: string, refused: string) => `At ${at} ${actor} was refused: ${refused}`,
  borrowed: 'A rule was there already and is somebody else’s: nothing was sent, nothing goes.',
  images: {
    was: (rule: string, image: string) => `${rule}: it was ${image}.`,
    differ: (rule: string, fields: string) => `${rule}: ${fields}.`,
    differStill: (rule: string, fields: string) => `${rule}: before and after, ${fields}.`,
    same: 'nothing that differs',
  },
  alarm: (at: string, { code, message }: Refused, _lease: Lease) => `Alarm, last at ${at}: ${code}: ${message}.`,
  wholeStory: (id: string) => `The whole story: curfew show ${id}`,
  decidedBy: {
    guard: (guard: string) => `Decided by the guard ${guard} in guards.yaml, which no approval lifts.`,
    cloud: 'Decided by the cloud: this is its code.',
    codes: {
      POLICY_DENIED: 'Decided by policy.cedar; curfew policy show shows it.',
      POLICY_ERROR:
        'Decided by a policy that failed: what cannot be judged is denied; curfew check looks for the cause.',
      REJECTED: 'Decided by somebody who may approve it.',
      OWN_REQUEST: 'Decided by the rule that nobody approves what they asked for, whatever they are called elsewhere.',
      APPROVAL_NEEDED: 'Decided by policy.cedar: a longer lease is another one, and needs approval of its own.',
      APPROVAL_STALE: 'Decided by the digest that was sent along: it stands for another change.',
      APPROVAL_NOT_ALLOWED: 'Decided by sources.yaml: approvesOwn is not set for the source.',
      FROZEN: 'Decided by the freeze on new leases; curfew freeze --lift lifts it.',
      CONFLICTS_WITH_LEASE: 'Decided by another live lease on the same rule; curfew list --group shows it.',
      RULE_NOT_FOUND: 'Decided by a look at the group: nothing in it has this id, or these attributes.',
      RULE_NOT_READABLE: 'Decided by a look at the group: the rule has a form that Curfew does not know.',
      CHANGE_NOT_POSSIBLE: 'Decided by what the API can change of a rule: nothing was sent.',
      CHANGED_MEANWHILE: 'Decided by a look at the group: somebody else was quicker, and is not overruled.',
      CHANGED_BY_HAND:
        'Decided by a look at the group: what somebody else made of the rule is not overwritten. Give it one of the two forms by hand, and the lease ends.',
      NEVER_OPENED: 'Decided by the time: everything was tried until its end came.',
      ACTION_NOT_SUPPORTED: 'Decided by what this deployment, or this cloud, can do.',
      UNKNOWN_ACCOUNT: 'Decided by accounts.yaml.',
      REGION_NOT_ALLOWED: 'Decided by accounts.yaml.',
      CLOUD_NOT_ALLOWED: 'Decided by accounts.yaml.',
    },
  },
  plan: {
    refused: 'it would be refused',
    wrongAction: 'to plan a change of a rule that is there, say --action modify or --action revoke',
    allowed: 'allowed',
    window: (startsAt: string, endsAt: string | undefined) =>
      `from ${startsAt} ${endsAt === undefined ? 'without an end' : `until ${endsAt}`}`,
    openByLease: (until: string | undefined) => `open already, by another lease, until ${until ?? 'its end'}`,
    borrowed: 'there already, of somebody else: it would be borrowed, and not removed at the end',
    openBy: ({ permanent, until, ruleId = 'a rule without an id', text }: OpenBy) =>
      `already open, ${permanent ? 'permanently' : `until ${until ?? 'its end'}`}, by ${ruleId}: "${text}"`,
    passes: 'its traffic would pass',
    cost: ({ looks, calls, callsAtEnd, rulesInGroup, rulesAdded }: NonNullable<Plan['quota']>) => {
      const rules =
        rulesAdded === 0
          ? `${rulesInGroup} rules as now`
          : `${rulesInGroup + rulesAdded} rules instead of ${rulesInGroup}`;
      return `Calls that it takes: ${looks} to look, ${calls} to change now, ${callsAtEnd} at the end. The group would have ${rules}.`;
    },
    instances: (count: number | null | undefined) =>
      `Instances that the group reaches: ${count ?? 'not known, the cloud does not tell'}.`,
    calls: 'Calls, as they would be sent now:',
    noCalls: 'Nothing would be called.',
    itIs: (image: string) => `it is ${image}`,
    widens: 'lets more through than before',
    shadowed: (covers: Covers, text: string) =>
      `would let ${covers === 'whole' ? 'nothing' : 'only a part'} through: "${text}" takes precedence`,
    drops: {
      everything: 'would drop all of its traffic: no accept rule wins over it',
      part: 'would drop only a part: accept rules of a lower number win over it',
      nothing: 'would drop nothing: an accept rule of a lower number lets all of it through',
    },
    losesTo: (covers: Covers, text: string) => `loses ${covers === 'whole' ? 'all' : 'a part'} to "${text}"`,
    shadows: (covers: Covers, text: string) => `shadows ${covers === 'whole' ? 'all' : 'a part'} of "${text}"`,
  },
};

export type Texts = typeof en;
