import type { Group } from './group.ts';

/** Reads `Tag.N.Key` and `Tag.N.Value`, in the order of their numbers. */
export function readTags(parameters: Readonly<Record<string, string>>): Group['tags'] {
  return Object.entries(parameters)
    .map(([name, key]) => ({ number: /^Tag\.(\d+)\.Key$/.exec(name)?.[1], key }))
    .filter(({ number }) => number !== undefined)
    .sort((a, b) => Number(a.number) - Number(b.number))
    .map(({ number, key }) => ({ key, value: parameters[`Tag.${number}.Value`] ?? '' }));
}
