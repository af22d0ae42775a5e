import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

it('the demo tells its story and ends with 0', async () => {
  const { stdout } = await run(process.execPath, ['bin/run.js', 'local/demo.ts'], { cwd: root, timeout: 60_000 });

  expect(stdout).toMatch(/gone \d\.\d\d s after its end/);
  expect(stdout).toContain('rule.seen-open');
}, 70_000);
