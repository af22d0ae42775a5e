import type { Image } from './answers.ts';
import type { Texts } from './texts/en.ts';

type Words = Pick<Texts, 'comma' | 'none'>;

/** What differs between two forms of a rule: `priority 7 → 9`. */
export function differences(before: Image, after: Image, words: Words): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.flatMap((field) => {
    const [was, is] = [text(before[field], words), text(after[field], words)];
    return was === is ? [] : [`${field} ${was} → ${is}`];
  });
}

/** Every field of a rule on one line. */
export const imageText = (image: Image, words: Words): string =>
  Object.entries(image)
    .map(([field, value]) => `${field} ${text(value, words)}`)
    .join(words.comma);

const text = (value: unknown, { none }: Words): string =>
  value === undefined || value === '' ? none : /\s/.test(String(value)) ? `"${value}"` : String(value);
