/** Limits of guards.yaml, by the code of their refusal. */
const guards: Readonly<Record<string, string>> = {
  GROUP_PROTECTED: 'protectedGroups',
  LEASE_TOO_LONG: 'longestLease',
  WORLD_OPEN: 'worldOpen',
  ALL_PORTS: 'allPorts',
  CIDR_TOO_WIDE: 'widestCidr',
  TOO_MANY_ADDRESSES: 'mostPublicIpv4',
  WIDENING_REFUSED: 'wideningChanges',
  OPEN_TOO_WIDE: 'widestTogether',
  OPEN_TOO_LONG: 'longestInARow',
  CROSS_ACCOUNT_PEER: 'crossAccountPeers',
  PREFIX_LIST_PEER: 'prefixLists',
  TOO_MANY_INSTANCES: 'mostInstances',
  APPROVAL_TIMED_OUT: 'approvalTimeout',
  BREAK_GLASS_OFF: 'breakGlass',
  BREAK_GLASS_TOO_LONG: 'breakGlass',
};

const others: Readonly<Record<string, string>> = {
  POLICY_DENIED: 'Decided by policy.cedar; curfew policy show shows it.',
  POLICY_ERROR: 'Decided by a policy that failed: what cannot be judged is denied; curfew check looks for the cause.',
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
};

/** Who decided so, and where that can be changed. A code that is not ours is the cloud's. */
export function decidedBy(code: string): string {
  const guard = guards[code];
  if (guard !== undefined) return `Decided by the guard ${guard} in guards.yaml, which no approval lifts.`;
  return others[code] ?? 'Decided by the cloud: this is its code.';
}
