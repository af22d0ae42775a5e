import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './verify/run-command.ts';
import { add, checkTally, NOTHING, summaryLine, type Tally } from './verify/tally.ts';
import { vitestTally } from './verify/vitest-tally.ts';

// `npm test`: everything that CI checks, each step even when one before it failed, so that all faults are
// seen at once. The last line on standard output is the count, and nothing comes after it.

const root = fileURLToPath(new URL('..', import.meta.url));
const MINUTE_MS = 60_000;

/** Cheapest first, so that a slip shows early; the tests last, for some of them load what the build made. */
const CHECKS: readonly { name: string; command: readonly [string, ...string[]] }[] = [
  { name: 'format and lint', command: [tool('biome'), 'ci', '.'] },
  { name: 'types', command: [tool('tsc'), '-p', '.'] },
  { name: 'types of the page', command: [tool('tsc'), '-p', 'web'] },
  { name: 'dead code', command: [tool('knip')] },
  { name: 'build', command: ['npm', 'run', '--silent', 'build'] },
];

let total = NOTHING;
for (const check of CHECKS) total = add(total, await runCheck(check));
total = add(total, await runTests());
process.stdout.write(`\n${summaryLine(total)}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function runCheck({ name, command }: (typeof CHECKS)[number]): Promise<Tally> {
  const startedAtMs = performance.now();
  process.stdout.write(`${name} … `);
  const { exitStatus, output } = await runCommand({
    command,
    cwd: root,
    limitMs: 3 * MINUTE_MS,
    isLive: false,
  });
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  if (exitStatus === 0) process.stdout.write(`ok (${seconds} s)\n`);
  else process.stdout.write(`FAILED (${seconds} s)\n${output.trimEnd()}\n\n`);
  return checkTally(exitStatus === 0);
}

async function runTests(): Promise<Tally> {
  process.stdout.write('tests …\n');
  const folder = await mkdtemp(join(tmpdir(), 'curfew-verify-'));
  const reportFile = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const { exitStatus } = await runCommand({
      command: [tool('vitest'), 'run', ...reporters],
      cwd: root,
      // Nobody should wait longer than a quarter of an hour; a slow machine is still told which tests failed.
      limitMs: 25 * MINUTE_MS,
      isLive: true,
    });
    const report = await readFile(reportFile, 'utf8').catch(() => 'null');
    return vitestTally(JSON.parse(report), exitStatus);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tool(name: string): string {
  return join(root, 'node_modules', '.bin', name);
}
