import { table } from '../../../cli/table.ts';
import type { Report } from './experiments.ts';

/** The findings as a table: question, what was seen, the switch of the emulator that says the same, the codes. */
export function reportText({ findings, failures }: Report): string {
  const rows = findings.map(({ question, seen, switches, codes }) => [
    question,
    switchesText(switches),
    codes.join(', ') || '-',
    seen,
  ]);
  const lines = table([['question', 'switch of the emulator', 'codes', 'seen'], ...rows]);
  const told = failures.map((failure) => `not answered: ${failure}`);
  return `${[...lines, ...told].join('\n')}\n`;
}

/** All of them together, to be sent to an emulator as they are. */
export function behaviourOf({ findings }: Report): Record<string, unknown> {
  return Object.assign({}, ...findings.map(({ switches }) => switches));
}

function switchesText(switches: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(switches).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return texts.join(', ') || '-';
}
