import { styleText } from 'node:util';
import { oneLine } from '../shared/rule/one-line.ts';

type Colour = Parameters<typeof styleText>[0];

export type Output = {
  readonly isJson: boolean;
  /** One line for people, whatever was written in a ticket; nothing in JSON mode. */
  say(line: string): void;
  /** What happens meanwhile, beside the result: on standard error. */
  note(line: string): void;
  /** The result for machines: once a command, in JSON mode only. */
  data(value: unknown): void;
  paint(colour: Colour, text: string): string;
};

/** What `paint` writes around a text, and nothing else that moves or hides. */
const painted = new RegExp(`(${String.fromCharCode(27)}\\[(?:1|22|3[1-6]|39)m)`);

export function createOutput(isJson: boolean): Output {
  const hasColour = !isJson && process.stdout.isTTY === true && !process.env.NO_COLOR;
  const lineOf = (text: string): string => {
    const parts = hasColour ? text.split(painted) : [text];
    return `${parts.map((part, index) => (index % 2 === 1 ? part : oneLine(part))).join('')}\n`;
  };
  return {
    isJson,
    say: (line) => void (isJson || process.stdout.write(lineOf(line))),
    note: (line) => void (isJson || process.stderr.write(lineOf(line))),
    data: (value) => void (isJson && process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)),
    paint: (colour, text) => (hasColour ? styleText(colour, text) : text),
  };
}
