import type { Lease, Target } from '../../api/answers.ts';

export type Lane = {
  readonly lease: Lease;
  /** Per cent of the window. */
  readonly left: number;
  readonly width: number;
  /** It goes on beyond the window, or has no end. */
  readonly isCut: boolean;
};
type Group = { readonly key: string; readonly target: Target; readonly lanes: readonly Lane[]; readonly more: number };

const groupsMax = 8;
const lanesMax = 5;
/** A lease of seconds in a window of days still has to be seen, and hit. */
const widthMin = 0.8;

/** Live leases by group, each group's soonest endings first; groups with the soonest ending first. */
export function lanesByGroup(
  leases: readonly Lease[],
  window: { readonly fromMs: number; readonly toMs: number },
): { readonly groups: readonly Group[]; readonly hidden: number } {
  const byGroup = new Map<string, Lease[]>();
  for (const lease of leases) {
    if (startOf(lease) > window.toMs || lease.state === 'awaiting-approval') continue;
    const key = Object.values(lease.target).join('/');
    const known = byGroup.get(key);
    if (known) known.push(lease);
    else byGroup.set(key, [lease]);
  }
  const all = [...byGroup].map(([key, own]) => ({ key, own: own.sort((a, b) => endOf(a) - endOf(b)) }));
  all.sort((a, b) => soonest(a.own) - soonest(b.own));
  const groups = all.slice(0, groupsMax).flatMap(({ key, own }): Group[] => {
    const [first] = own;
    if (!first) return [];
    const lanes = own.slice(0, lanesMax).map((lease) => laneOf(lease, window));
    return [{ key, target: first.target, lanes, more: own.length - lanes.length }];
  });
  return { groups, hidden: all.length - groups.length };
}

function laneOf(lease: Lease, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): Lane {
  const share = (ms: number) => (Math.min(Math.max(ms, fromMs), toMs) - fromMs) / (toMs - fromMs);
  const left = Math.min(share(startOf(lease)) * 100, 100 - widthMin);
  return { lease, left, width: Math.max(share(endOf(lease)) * 100 - left, widthMin), isCut: endOf(lease) > toMs };
}

const startOf = (lease: Lease): number => Date.parse(lease.openedAt ?? lease.startsAt);
const endOf = ({ endsAt }: Lease): number => (endsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endsAt));
const soonest = ([first]: readonly Lease[]): number => (first ? endOf(first) : Number.POSITIVE_INFINITY);
