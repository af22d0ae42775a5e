import { type GroupList, inOrder } from '../../shared/reconcile/groups.ts';
import type { ConsoleDeps } from './console-app.ts';

/** Every group in which a rule of ours may be: those that the ledger knows, and the configured ones. */
export async function knownGroups({ ledger, groups }: ConsoleDeps): Promise<GroupList> {
  const known = await ledger.transaction('targets', (tx) => tx.knownTargets());
  const { targets, isWhole } = (await groups?.()) ?? { targets: [], isWhole: true };
  return { targets: inOrder([...known, ...targets]), isWhole };
}
