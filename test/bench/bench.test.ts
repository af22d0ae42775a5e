import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { billOf } from '../../bench/bill.ts';
import { claims } from '../../bench/claims.ts';
import { quantile } from '../../bench/figure.ts';
import { type BenchResult, markdown, resultOf, table } from '../../bench/results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['bin/run.js', 'bench/run.ts', ...args], { cwd: root }).then(
    ({ stdout }) => ({ status: 0, stdout }),
    ({ code, stdout, stderr }) => ({ status: Number(code), stdout: `${stdout}${stderr}` }),
  );

describe('the bench', () => {
  it('runs its parts over the real bundles', { timeout: 180_000 }, async () => {
    const { status, stdout } = await run('--quick', '--only', 'cold', 'delivery');

    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/cold start of grant: CPU to a loaded handler ÷ bare node +\d+\.\d+ ×/);
    expect(stdout).toMatch(/authorize calls for 1,000 rules of one group in one delivery +10 calls/);
  });

  it('names its parts to who asks for one that there is not', async () => {
    const { status, stdout } = await run('--only', 'warm');

    expect(status).toBe(2);
    expect(stdout).toContain('there is no warm; the parts are cold, intake,');
  });

  it('says that a claim does not hold when the figure is above it', () => {
    const claimed = { some: { what: 'something', unit: '×', aim: 2 }, told: { what: 'a bill', unit: 'CNY' } };

    const results = [resultOf('some', { value: 2.1 }, claimed), resultOf('told', { value: 7 }, claimed)];

    expect(results.map(({ holds }) => holds)).toEqual([false, undefined]);
    expect(resultOf('some', { value: 2 }, claimed).holds).toBe(true);
    expect(table(results)).toContain('DOES NOT HOLD');
    expect(() => resultOf('other', { value: 1 }, claimed)).toThrow('claims.ts');
  });

  it('stands in the README with the figures of its last run', () => {
    const { results } = JSON.parse(readFileSync(join(root, 'bench/results.json'), 'utf8')) as {
      results: BenchResult[];
    };

    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(markdown(results));
    for (const { name, claimed } of results) expect(claimed, name).toBe(claims[name]?.claimed ?? claims[name]?.aim);
  });

  it('gives a reason wherever less than the aim is claimed', () => {
    const lowered = Object.values(claims).filter(({ aim = 0, claimed }) => claimed !== undefined && claimed > aim);

    expect(lowered.filter(({ why }) => why === undefined)).toEqual([]);
  });

  it('takes a value that was measured for a quantile', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantile([4, 1], 0.99)).toBe(4);
    expect(() => quantile([], 0.5)).toThrow('nothing was measured');
  });
});

describe('the bill of a month', () => {
  const usage = { leaseMs: [50, 100, 100], sweepMs: 10, leaseBytes: 20_000, logBytes: 1_000 };

  it('grows with the leases only by what leases take', () => {
    const [none, some, many] = [0, 100, 1_000_000].map((leases) => billOf(leases, usage));

    expect(none?.fixed).toBe(many?.fixed);
    expect(some?.total).toBeCloseTo((none?.total ?? 0) + ((many?.total ?? 0) - (none?.total ?? 0)) / 10_000, 6);
  });
});
