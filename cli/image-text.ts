import type { Image } from './answers.ts';

/** What differs between two forms of a rule: `priority 7 → 9`. */
export function differences(before: Image, after: Image): string[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.flatMap((field) => {
    const [was, is] = [text(before[field]), text(after[field])];
    return was === is ? [] : [`${field} ${was} → ${is}`];
  });
}

/** Every field of a rule on one line. */
export const imageText = (image: Image): string =>
  Object.entries(image)
    .map(([field, value]) => `${field} ${text(value)}`)
    .join(', ');

const text = (value: unknown): string =>
  value === undefined || value === '' ? '(none)' : /\s/.test(String(value)) ? `"${value}"` : String(value);
