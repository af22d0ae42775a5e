import { createHash } from 'node:crypto';
import type { Wake } from '../reconcile/nudge-port.ts';
import { formatInstant, wholeSecond } from '../rule/instant.ts';
import { targetKey } from '../rule/target.ts';

/** One asynchronous invocation of a hand's function. */
export type WakeInvocation = {
  readonly wake: Wake;
  readonly functionName: string;
  readonly body: string;
  /** Absent: now. The platform takes whole seconds only, so the woken hand waits out the fraction. */
  readonly delaySeconds?: number;
  readonly taskId?: string;
};

/** The platform refuses a longer delay; what lies further ahead is found by a later sweep. */
const DELAY_SECONDS_MAX = 3599;

/** Turns wakes into invocations: each hand, group and second once, what is too far ahead left out. */
export function wakeInvocations(
  wakes: readonly Wake[],
  nowMs: number,
  options: { readonly functionPrefix?: string | undefined; readonly useTaskIds?: boolean | undefined },
): WakeInvocation[] {
  const unique = new Map(wakes.map((wake) => [keyOf(wake), wake]));
  return [...unique].flatMap(([key, wake]) => {
    const delaySeconds = Math.floor((wholeSecond(wake.atMs) - nowMs) / 1000);
    if (delaySeconds > DELAY_SECONDS_MAX) return [];
    const invocation = {
      wake,
      functionName: `${options.functionPrefix ?? ''}${wake.hand}`,
      body: bodyOf(wake),
    };
    if (delaySeconds < 1) return [invocation];
    // Only what is delayed bears an id: a second wake for this very second may have new work, and must not
    // be taken for the first one, which ran already.
    return [{ ...invocation, delaySeconds, ...(options.useTaskIds ? { taskId: taskIdOf(wake, key) } : {}) }];
  });
}

function bodyOf({ hand, target, atMs }: Wake): string {
  return JSON.stringify({ type: 'curfew.wake', hand, target, at: formatInstant(atMs) });
}

function keyOf({ hand, target, atMs }: Wake): string {
  return `${hand} ${targetKey(target)} ${wholeSecond(atMs) / 1000}`;
}

/** At most 128 letters, digits, `_` and `-`, beginning with a letter: the group is hashed to fit. */
function taskIdOf({ hand, atMs }: Wake, key: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${hand}-${wholeSecond(atMs) / 1000}-${digest}`;
}
