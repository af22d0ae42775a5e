import type { BundleSize } from './bundle-size.ts';

/**
 * What the file that is read at a cold start may weigh, in kB: V8 reads through all of it, 18 ms a megabyte. A package
 * that most starts do not use belongs into a file of its own (load-later.ts), not into a larger budget.
 */
const budgetsKb: Readonly<Record<string, number>> = {
  intake: 600,
  grant: 560,
  revoke: 580,
  modify: 560,
  notify: 490,
  reconcile: 490,
  console: 960,
};

/** One sentence for each function that is larger than it may be, or that nobody gave a budget. */
export function overBudget(sizes: readonly Pick<BundleSize, 'name' | 'bytes'>[]): readonly string[] {
  return sizes.flatMap(({ name, bytes }) => {
    const budget = budgetsKb[name];
    if (budget === undefined) return [`${name} has no size budget: give it one in scripts/bundle/size-budget.ts`];
    const kb = Math.ceil(bytes / 1000);
    return kb > budget ? [`${name} has ${kb} kB of its budget of ${budget} kB (scripts/bundle/size-budget.ts)`] : [];
  });
}
