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

/** A lease and when it is there: read once, for reading an instant costs more than all that is done with it here. */
type Timed = { readonly lease: Lease; readonly startMs: number; readonly endMs: number };

/** Live leases by group, each group's soonest endings first; groups with the soonest ending first. */
export function lanesByGroup(
  leases: readonly Lease[],
  window: { readonly fromMs: number; readonly toMs: number },
): { readonly groups: readonly Group[]; readonly hidden: number } {
  const byGroup = new Map<string, Timed[]>();
  for (const lease of leases) {
    const timed = { lease, startMs: Date.parse(lease.openedAt ?? lease.startsAt), endMs: endOf(lease) };
    if (timed.startMs > window.toMs || lease.state === 'awaiting-approval') continue;
    const key = Object.values(lease.target).join('/');
    const known = byGroup.get(key);
    if (known) known.push(timed);
    else byGroup.set(key, [timed]);
  }
  const all = [...byGroup].map(([key, own]) => ({ key, own: own.sort((a, b) => a.endMs - b.endMs) }));
  all.sort((a, b) => soonest(a.own) - soonest(b.own));
  const groups = all.slice(0, groupsMax).flatMap(({ key, own }): Group[] => {
    const [first] = own;
    if (!first) return [];
    const lanes = own.slice(0, lanesMax).map((timed) => laneOf(timed, window));
    return [{ key, target: first.lease.target, lanes, more: own.length - lanes.length }];
  });
  return { groups, hidden: all.length - groups.length };
}

function laneOf(
  { lease, startMs, endMs }: Timed,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Lane {
  const share = (ms: number) => (Math.min(Math.max(ms, fromMs), toMs) - fromMs) / (toMs - fromMs);
  const left = Math.min(share(startMs) * 100, 100 - widthMin);
  return { lease, left, width: Math.max(share(endMs) * 100 - left, widthMin), isCut: endMs > toMs };
}

const endOf = ({ endsAt }: Pick<Lease, 'endsAt'>): number =>
  endsAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(endsAt);
const soonest = ([first]: readonly Timed[]): number => first?.endMs ?? Number.POSITIVE_INFINITY;
