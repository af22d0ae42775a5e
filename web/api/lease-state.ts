const over: ReadonlySet<string> = new Set(['ended', 'rejected', 'cancelled', 'failed', 'withdrawn']);

/** Nothing of it is there any more, and nothing will be. */
export const isOver = (state: string): boolean => over.has(state);

const tones = {
  good: ['active'],
  busy: ['requested', 'scheduled', 'opening', 'closing'],
  waits: ['awaiting-approval'],
  bad: ['stuck', 'failed', 'withdrawn', 'rejected'],
} as const;
export type Tone = keyof typeof tones | 'quiet';

/** How loudly a state is shown. */
export function toneOf(state: string): Tone {
  const found = Object.entries(tones).find(([, states]) => (states as readonly string[]).includes(state));
  return (found?.[0] as Tone | undefined) ?? 'quiet';
}

/** A lease that one can still move the end of. */
export const canMove = (state: string): boolean => ['scheduled', 'opening', 'active'].includes(state);
export const canEnd = (state: string): boolean => canMove(state) || ['requested', 'awaiting-approval'].includes(state);
