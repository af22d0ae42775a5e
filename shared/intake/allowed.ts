import type { Source } from '../config/sources-config.ts';
import { matchesTarget } from '../config/target-pattern.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { targetSchema } from '../rule/target.ts';

/**
 * What a source may ask for. The value is not validated yet: what is not well formed passes here, and is refused
 * with better words when it is read. Messages about a lease name no target; a source reaches only its own leases.
 */
export function notAllowed(name: string, source: Source, value: unknown): Refusal | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { action, target } = value as { readonly action?: unknown; readonly target?: unknown };
  const actions: readonly unknown[] | undefined = source.actions;
  if (actions && typeof action === 'string' && !actions.includes(action)) {
    const sentence = `source "${name}" may not ask for ${action.slice(0, 32)}; sources.yaml allows it ${actions.join(', ')}`;
    return refusal('ACTION_NOT_ALLOWED', sentence, '/action');
  }
  if (action === 'approve' && !source.approvesOwn) {
    const sentence = `source "${name}" may not approve what came through itself; somebody else approves it in the console, or sources.yaml says approvesOwn: true`;
    return refusal('APPROVAL_NOT_ALLOWED', sentence, '/action');
  }
  const parsed = source.targets && target !== undefined ? targetSchema.safeParse(target) : undefined;
  if (!parsed?.success || source.targets?.some((pattern) => matchesTarget(pattern, parsed.data))) return undefined;
  return refusal(
    'TARGET_NOT_ALLOWED',
    `source "${name}" may not ask for this group; sources.yaml names those that it may`,
    '/target',
  );
}
