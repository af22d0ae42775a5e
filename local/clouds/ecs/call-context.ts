import type { Refusal } from '../wire/answer.ts';
import type { EcsBehaviour } from './behaviour.ts';
import type { Group } from './group.ts';
import type { GroupBook } from './group-book.ts';

/** Everything that one operation may look at. Time is read once a call. */
export type CallContext = {
  readonly parameters: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly regionId: string;
  readonly nowMs: number;
  readonly random: () => number;
  readonly behaviour: Readonly<EcsBehaviour>;
  readonly book: GroupBook;
  readonly stopsHalfway: boolean;
};

/**
 * What an operation did. `group` is what to keep, also beside a refusal: a partial batch leaves its
 * first entries done. `removed` says that the group is to go.
 */
export type Effect = {
  readonly group?: Group;
  readonly removed?: boolean;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly refusal?: Refusal;
};
