import { expect, it, onTestFinished } from 'vitest';
import { createOutput } from '../../cli/output.ts';

it('keeps its own colours on a terminal, and no other sequence', () => {
  const { stdout } = process;
  const { isTTY, write } = stdout;
  const { NO_COLOR } = process.env;
  onTestFinished(() => {
    Object.assign(stdout, { isTTY, write });
    if (NO_COLOR !== undefined) process.env.NO_COLOR = NO_COLOR;
  });
  delete process.env.NO_COLOR;
  let written = '';
  Object.assign(stdout, {
    isTTY: true,
    write: (text: string) => {
      written += text;
      return true;
    },
  });
  const esc = '\u001b';

  const { say, paint } = createOutput(false);
  say(`${paint('red', 'stuck')} because ${esc}[8mhidden${esc}[2J ${esc}]0;title\u0007\nnext`);

  expect(written).toBe(`${esc}[31mstuck${esc}[39m because  [8mhidden [2J  ]0;title next\n`);
});
