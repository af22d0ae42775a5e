import type { Guards } from '../config/guards-config.ts';
import type { Reach } from '../reconcile/reach.ts';
import { instancesUnknown, tooManyInstances } from './guard-texts.ts';

/**
 * The limit of guards.yaml on how many instances a group may have that something is opened in; undefined where there is
 * none, and nothing is counted. Drop rules let nothing through; modifications do where they may widen.
 */
export function guardReach({
  mostInstances,
  wideningChanges,
}: Pick<Guards, 'mostInstances' | 'wideningChanges'>): Reach | undefined {
  if (!mostInstances) return undefined;
  const { count, unknown } = mostInstances;
  return {
    isCounted: ({ action, rules }) =>
      action === 'modify' ? wideningChanges === 'allow' : rules.some(({ policy }) => policy === 'accept'),
    check: (instances) => {
      if (instances === undefined) return unknown === 'allow' ? undefined : instancesUnknown;
      return instances <= count ? undefined : tooManyInstances(instances, count);
    },
  };
}
