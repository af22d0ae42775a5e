import type { Guards } from '../../shared/config/guards-config.ts';

/** Limits much like those that are shipped, without those that are optional; a test says what it has otherwise. */
export const someGuards: Guards = {
  longestLease: 'P7D',
  worldOpen: 'refuse',
  allPorts: 'allow',
  wideningChanges: 'refuse',
  widestCidr: { publicIpv4: 24, privateIpv4: 8, publicIpv6: 48, privateIpv6: 32 },
  protectedGroups: [],
};
