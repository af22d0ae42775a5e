import * as z from 'zod';
import { type ControlRefusal, refusalOf } from './control-refusal.ts';

type SwitchSchema<T> = z.ZodType<T> & { readonly shape: Readonly<Record<string, z.ZodType>> };

/**
 * The switches for everything that the vendor leaves undocumented, or that a trial wants otherwise.
 * Each has a default, so a fresh emulator needs none of them.
 */
export class Switches<T extends object> {
  readonly #schema: SwitchSchema<T>;
  #values: T;

  constructor(schema: SwitchSchema<T>, initial: Partial<T> = {}) {
    this.#schema = schema;
    this.#values = schema.parse(initial);
  }

  get values(): Readonly<T> {
    return this.#values;
  }

  /** Changes the named switches and leaves the others. One bad name or value changes nothing. */
  merge(patch: unknown): ControlRefusal | undefined {
    if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
      return { code: 'INVALID_BEHAVIOUR', message: 'send an object of switches', path: '' };
    }
    const unknown = Object.keys(patch).find((name) => !Object.hasOwn(this.#schema.shape, name));
    if (unknown !== undefined) {
      const names = Object.keys(this.#schema.shape).join(', ');
      return {
        code: 'UNKNOWN_BEHAVIOUR',
        message: `there is no switch "${unknown}"; the switches are: ${names}`,
        path: `/${unknown}`,
      };
    }
    const parsed = this.#schema.safeParse({ ...this.#values, ...patch });
    if (!parsed.success) {
      return refusalOf('INVALID_BEHAVIOUR', parsed.error);
    }
    this.#values = parsed.data;
    return undefined;
  }

  reset(): void {
    this.#values = this.#schema.parse({});
  }

  /** Every switch with its present value, its default, what it may be, and what it means. */
  describe(): Record<string, unknown> {
    const present = new Map<string, unknown>(Object.entries(this.#values));
    const defaults = new Map<string, unknown>(Object.entries(this.#schema.parse({})));
    return Object.fromEntries(
      Object.entries(this.#schema.shape).map(([name, schema]) => {
        const { $schema: _, default: __, description, ...accepts } = z.toJSONSchema(schema);
        return [name, { value: present.get(name), default: defaults.get(name), accepts, meaning: description ?? '' }];
      }),
    );
  }
}
