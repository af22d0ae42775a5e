import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { runCommand } from '../../../scripts/verify/run-command.ts';
import { add, checkTally, NOTHING, summaryLine } from '../../../scripts/verify/tally.ts';

it('counts every check as one and writes the count in one line', () => {
  const total = [true, false, true].map(checkTally).reduce(add, NOTHING);

  expect(summaryLine(total)).toBe('2 passed, 1 failed');
});

it('names what was skipped only where something was', () => {
  expect(summaryLine({ passed: 7, failed: 0, skipped: 0 })).toBe('7 passed, 0 failed');
  expect(summaryLine({ passed: 7, failed: 1, skipped: 2 })).toBe('7 passed, 1 failed, 2 skipped');
});

it('keeps the words and the status of a command', async () => {
  const command = ['sh', '-c', 'echo out; echo err >&2; exit 3'] as const;

  expect(await runCommand({ command, cwd: tmpdir(), limitMs: 5_000, isLive: false })).toEqual({
    exitStatus: 3,
    output: 'out\nerr\n',
  });
});

it('ends a command that hangs, and counts one that is not there as failed', async () => {
  const hung = await runCommand({ command: ['sleep', '30'], cwd: tmpdir(), limitMs: 100, isLive: false });
  const missing = await runCommand({ command: ['no-such-tool'], cwd: tmpdir(), limitMs: 100, isLive: false });

  expect(hung.exitStatus).toBeNull();
  expect(missing).toMatchObject({ exitStatus: null, output: expect.stringContaining('no-such-tool') });
});

it('does not wait for a grandchild that keeps the pipe open', async () => {
  const command = ['sh', '-c', 'echo done; sleep 3 &'] as const;

  const { exitStatus, output } = await runCommand({ command, cwd: tmpdir(), limitMs: 2_000, isLive: false });

  expect({ exitStatus, output }).toEqual({ exitStatus: 0, output: 'done\n' });
});
