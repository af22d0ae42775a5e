import { inspect } from 'node:util';

const hidden = '[secret]';
/** Rotation over months must not grow the list; an instance knows about ten secrets at a time. */
const knownMax = 64;
/** Shorter texts occur in innocent lines by chance. */
const lengthMin = 8;

const known: string[] = [];

/** A value that prints as `[secret]`, however it is printed. A text is also struck from every log line. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
    if (typeof value === 'string') hideFromLog(value);
  }

  /** The only way to the value. */
  reveal(): T {
    return this.#value;
  }

  toJSON(): string {
    return hidden;
  }

  toString(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/** Replaces every secret that was ever made here by `[secret]`, also in the form that a URL gives it. */
export function withoutKnownSecrets(text: string): string {
  let clean = text;
  for (const secret of known) {
    if (clean.includes(secret)) clean = clean.replaceAll(secret, hidden);
  }
  return clean;
}

/** From here on no log line shows this text, wherever it turns up. */
export function hideFromLog(value: string): void {
  for (const form of new Set([value, encodeURIComponent(Buffer.from(value).toString())])) {
    if (form.length < lengthMin || known.includes(form)) continue;
    known.push(form);
    // Longer ones first: a secret that contains another must go whole.
    known.sort((a, b) => b.length - a.length);
  }
  while (known.length > knownMax) known.splice(known.length - 1, 1);
}
