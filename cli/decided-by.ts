import type { Texts } from './texts/en.ts';

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

/** Who decided so, and where that can be changed. A code that is not ours is the cloud's. */
export function decidedBy(code: string, { decidedBy: by }: Texts): string {
  const guard = guards[code];
  if (guard !== undefined) return by.guard(guard);
  const codes: Readonly<Record<string, string>> = by.codes;
  return codes[code] ?? by.cloud;
}
