import { Refusal } from '../wire/answer.ts';
import type { EcsBehaviour } from './behaviour.ts';
import type { Effect } from './call-context.ts';
import type { Group } from './group.ts';

type BatchContext = { readonly behaviour: Pick<EcsBehaviour, 'batch'>; readonly stopsHalfway: boolean };

/**
 * Does a batch entry by entry. Groups are never changed in place, so forgetting the steps before a
 * refusal is all that atomicity takes; the switch `batch: partial` keeps them. `halfway` is what the fault
 * `partial` says after the first half.
 */
export function runBatch<Entry>(
  group: Group,
  entries: readonly Entry[],
  step: (group: Group, entry: Entry) => Group,
  { behaviour, stopsHalfway }: BatchContext,
  halfway: () => Refusal = internalError,
): Effect {
  const stopAt = stopsHalfway ? Math.floor(entries.length / 2) : Number.POSITIVE_INFINITY;
  let current = group;
  for (const [index, entry] of entries.entries()) {
    if (index >= stopAt) {
      return { group: current, refusal: halfway() };
    }
    try {
      current = step(current, entry);
    } catch (error) {
      if (error instanceof Refusal) {
        return { group: behaviour.batch === 'partial' ? current : group, refusal: error };
      }
      throw error;
    }
  }
  return { group: current };
}

/** Two equal entries refuse the whole batch, whatever is in the group. */
export function refuseDuplicates(identities: readonly string[]): void {
  if (new Set(identities).size < identities.length) {
    throw new Refusal(
      400,
      'InvalidParam.DuplicatePermissions',
      'The specified parameter Permissions contains duplicate rules.',
    );
  }
}

export function internalError(): Refusal {
  return new Refusal(500, 'InternalError', 'The request processing has failed due to some unknown error.');
}
