import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Day } from './tally.ts';

/** One line of JSON a day, so that a long run that is stopped has lost nothing and can go on. */
export class DayLog {
  readonly #file: string | undefined;
  readonly days: readonly Day[];

  constructor(file: string | undefined) {
    this.#file = file;
    const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
    // The last line may have been cut off when the run was stopped.
    this.days = text.split('\n').flatMap((line): Day[] => (line.endsWith('}') ? [JSON.parse(line) as Day] : []));
  }

  add(day: Day): void {
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(day)}\n`);
  }
}
