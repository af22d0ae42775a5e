import type { Group } from './group.ts';

export type GroupKey = Pick<Group, 'accountId' | 'regionId' | 'id'>;

/** Where groups outlive the process. All methods are synchronous: an answer is sent only after them. */
export type GroupStore = {
  /** Every stored group; undefined if this store was never begun, so that it gets its starting state. */
  load(): readonly Group[] | undefined;
  /** Replaces the group as a whole. A crash leaves the old or the new one, never a mixture. */
  save(group: Group): void;
  /** Removes the group; nothing happens if it is not there. */
  remove(key: GroupKey): void;
  /** Says that the starting state is complete: from now on `load` answers what is stored. */
  begin(): void;
};

/** Keeps nothing. For trials within one process. */
export class MemoryGroupStore implements GroupStore {
  load(): undefined {
    return undefined;
  }
  save(): void {}
  remove(): void {}
  begin(): void {}
}
