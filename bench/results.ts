import type { Claim } from './claims.ts';
import type { Measured } from './figure.ts';

export type BenchResult = Measured & {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  readonly aim?: number;
  readonly claimed?: number;
  readonly why?: string;
  /** When it was measured, and how many processes wanted the machine's processors when its part began. */
  readonly at?: string;
  readonly load?: number;
  /** Whether the claim holds; absent where nothing is claimed. */
  readonly holds?: boolean;
};

/** A figure beside its claim. One that nobody claims is told all the same. */
export function resultOf(name: string, measured: Measured, claims: Readonly<Record<string, Claim>>): BenchResult {
  const claim = claims[name];
  if (!claim) throw new Error(`${name} stands in no claim: add it to bench/claims.ts`);
  const claimed = claim.claimed ?? claim.aim;
  if (claimed === undefined) return { name, ...claim, ...measured };
  return { name, ...claim, claimed, holds: measured.value <= claimed, ...measured };
}

/** For people: what, how much, what is claimed, whether it holds. */
export function table(results: readonly BenchResult[]): string {
  const rows = results.map(({ what, value, unit, claimed, aim, holds }) => [
    what,
    `${shown(value)} ${unit}`,
    claimed === undefined ? '' : `≤ ${claimed}${aim !== undefined && claimed > aim ? ` (aim ${aim})` : ''}`,
    holds === undefined ? '' : holds ? 'holds' : 'DOES NOT HOLD',
  ]);
  const all = [['figure', 'measured', 'claimed', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same for the README. What does not hold is told there too. */
export function markdown(results: readonly BenchResult[]): string {
  const rows = results.map(({ what, value, unit, claimed, aim, holds }) => {
    const most = claimed === undefined ? '' : `${claimed}${aim !== undefined && claimed > aim ? ` (aim ${aim})` : ''}`;
    return `| ${what} | ${most} | ${shown(value)} ${unit}${holds === false ? ': does not hold' : ''} |`;
  });
  return ['| figure | claimed at most | measured |', '|---|---:|---:|', ...rows].join('\n');
}

const shown = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);
