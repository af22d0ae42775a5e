import { styleText } from 'node:util';

type Colour = Parameters<typeof styleText>[0];

export type Output = {
  readonly isJson: boolean;
  /** A line for people; nothing in JSON mode. */
  say(line: string): void;
  /** What happens meanwhile, beside the result: on standard error. */
  note(line: string): void;
  /** The result for machines: once a command, in JSON mode only. */
  data(value: unknown): void;
  paint(colour: Colour, text: string): string;
};

export function createOutput(isJson: boolean): Output {
  const hasColour = !isJson && process.stdout.isTTY === true && !process.env.NO_COLOR;
  return {
    isJson,
    say: (line) => void (isJson || process.stdout.write(`${line}\n`)),
    note: (line) => void (isJson || process.stderr.write(`${line}\n`)),
    data: (value) => void (isJson && process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)),
    paint: (colour, text) => (hasColour ? styleText(colour, text) : text),
  };
}
