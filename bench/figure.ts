/** What one measurement came to, and how. */
export type Measured = {
  readonly value: number;
  /** What else was seen, for who wants to judge the figure: samples, rounds, the two sides of a ratio. */
  readonly details?: Readonly<Record<string, unknown>>;
};

/** What a measurement has at hand. */
export type Bench = {
  /** Fewer rounds and smaller numbers: to see that it runs, not to claim anything by. */
  readonly isQuick: boolean;
  /** A folder of this run, gone after it. */
  readonly folder: string;
  /** The bundles as they are deployed, built by this run. */
  readonly dist: string;
  readonly progress: (sentence: string) => void;
  /** What is to be stopped at the end, last started first. */
  readonly onEnd: (stop: () => Promise<void> | void) => void;
};

/** Measures one or several figures of the claims' table, by their names. */
export type Measure = (bench: Bench) => Promise<Readonly<Record<string, Measured>>>;

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that so many of all are not above: the next one that was really measured, never one in between. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}
