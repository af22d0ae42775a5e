import { regionKey, type Target, targetKey } from '../rule/target.ts';
import { inOrder } from './groups.ts';

/** The groups that share a quota: those of one cloud, account and region, in the order of their names. */
export type Lane = { readonly name: string; readonly targets: readonly Target[] };

export function lanesOf(targets: readonly Target[]): readonly Lane[] {
  const lanes = new Map<string, Target[]>();
  for (const target of inOrder(targets)) {
    const name = regionKey(target);
    const lane = lanes.get(name);
    if (lane) lane.push(target);
    else lanes.set(name, [target]);
  }
  return [...lanes].map(([name, groups]) => ({ name, targets: groups }));
}

/** Where each lane goes on, by the group that it did last. */
type Progress = Readonly<Record<string, string>>;

export const after = ({ name, targets }: Lane, progress: Progress): readonly Target[] => {
  const last = progress[name];
  return last === undefined ? targets : targets.filter((target) => targetKey(target) > last);
};
