import type { Group } from '../ecs/group.ts';
import type { GroupBook } from '../ecs/group-book.ts';
import type { EnsBehaviour } from './behaviour.ts';
import { groupNotFound, missing } from './refusals.ts';

/** ENS has no regions. Its groups lie under this word where the emulator files groups by region. */
export const CENTRAL = 'central';
/** Where every group of ENS lies in the emulator's book. */
export const ensPlace = { regionId: CENTRAL, vpcId: 'ens' } as const;

/** Everything that one operation may look at. Time is read once a call. */
export type EnsContext = {
  readonly parameters: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly nowMs: number;
  readonly random: () => number;
  readonly behaviour: Readonly<EnsBehaviour>;
  readonly book: GroupBook;
  readonly stopsHalfway: boolean;
};

/** The group that the call names. */
export function namedGroup({ parameters, accountId, book }: EnsContext): Group {
  const id = parameters.SecurityGroupId;
  if (!id) {
    throw missing('SecurityGroupId');
  }
  const group = book.find({ accountId, regionId: CENTRAL, id });
  if (!group) {
    throw groupNotFound();
  }
  return group;
}
