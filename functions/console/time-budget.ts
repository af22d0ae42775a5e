import type { ConsoleDeps } from './console-app.ts';

/** Well within the time that an invocation of the console has. */
const budgetMs = 15_000;

/** Whether what was begun now may still go on. */
export function timeBudget({ stopwatch }: Pick<ConsoleDeps, 'stopwatch'>): () => boolean {
  const began = stopwatch.monotonicMs();
  return () => stopwatch.monotonicMs() - began < budgetMs;
}
