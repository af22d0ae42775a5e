import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** A tenth of what a function has; the code itself takes half of it. */
const megabytes = 48;

// Kept in memory together, the rules of these groups take far more than that.
it.each([
  ['scan', 200],
  ['recovery', 80],
  ['removal by stamps', 80],
])(
  'a %s holds no more than the groups that it is at, each with a thousand rules',
  { timeout: 120_000 },
  async (what, groups) => {
    const script = 'test/shared/reconcile/memory/big-groups.ts';
    const { stdout } = await promisify(execFile)(process.execPath, [
      `--max-old-space-size=${megabytes}`,
      'bin/run.js',
      ...[script, what, String(groups)],
    ]);
    expect(Number(stdout)).toBe(groups);
  },
);
