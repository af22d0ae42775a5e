import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../scripts/verify/run-command.ts';
import { vitestTally } from '../../../scripts/verify/vitest-tally.ts';

function fileOf(...statuses: string[]) {
  const status = statuses.includes('failed') ? 'failed' : 'passed';
  return { status, assertionResults: statuses.map((one) => ({ status: one })) };
}

const BROKEN_FILE = { status: 'failed', assertionResults: [] };

describe('a planted report', () => {
  it.each([
    ['passing tests', [fileOf('passed', 'passed')], 0, { passed: 2, failed: 0, skipped: 0 }],
    ['failing tests', [fileOf('passed', 'failed'), fileOf('failed')], 1, { passed: 1, failed: 2, skipped: 0 }],
    ['skipped tests', [fileOf('passed', 'pending', 'todo', 'skipped')], 0, { passed: 1, failed: 0, skipped: 3 }],
    ['a file that cannot be loaded', [fileOf('passed'), BROKEN_FILE], 1, { passed: 1, failed: 1, skipped: 0 }],
    [
      'a hook that failed and skipped the tests',
      [fileOf('passed'), { ...fileOf('pending', 'pending'), status: 'failed' }],
      1,
      { passed: 1, failed: 1, skipped: 2 },
    ],
    ['an unhandled error beside good tests', [fileOf('passed')], 1, { passed: 1, failed: 1, skipped: 0 }],
    ['a run ended by a signal', [fileOf('passed')], null, { passed: 1, failed: 1, skipped: 0 }],
    ['no tests at all', [], 0, { passed: 0, failed: 1, skipped: 0 }],
  ])('with %s is counted', (_name, testResults, exitStatus, expected) => {
    expect(vitestTally({ testResults }, exitStatus)).toEqual(expected);
  });

  it('that is missing or of another form is one failure', () => {
    expect(vitestTally(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(vitestTally({ tests: [] }, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe('a real run of planted tests', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'curfew-tally-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function tallyOf(files: Record<string, string>) {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.test.js`), text);
    const vitest = fileURLToPath(new URL('../../../node_modules/.bin/vitest', import.meta.url));
    const report = join(folder, 'report.json');
    const { exitStatus, output } = await runCommand({
      command: [vitest, 'run', '--globals', '--root', folder, '--reporter=json', `--outputFile.json=${report}`],
      cwd: folder,
      limitMs: 15_000,
      isLive: false,
    });
    const text = await readFile(report, 'utf8').catch(() => 'null');
    return { tally: vitestTally(JSON.parse(text), exitStatus), output };
  }

  it('counts what vitest itself reports', async () => {
    const { tally, output } = await tallyOf({
      mixed: `it('a', () => {}); it('b', () => { throw new Error('b'); }); it.skip('c', () => {});`,
      unloadable: `import './missing.js'; it('d', () => {});`,
      hook: `describe('x', () => { beforeAll(() => { throw new Error('x'); }); it('e', () => {}); });`,
    });

    expect(tally, output).toEqual({ passed: 1, failed: 3, skipped: 2 });
  });

  it('counts an unhandled error, though every test passed', async () => {
    const { tally, output } = await tallyOf({
      late: `it('a', () => { void Promise.reject(new Error('nobody waited')); });`,
    });

    expect(tally, output).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('counts a run without tests as failed', async () => {
    const { tally, output } = await tallyOf({});

    expect(tally, output).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
