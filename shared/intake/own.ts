/** A field of an object that was parsed from JSON; undefined for what it inherits, and of anything that is no object. */
export function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
