/** Line and column, both from 1. */
export type Place = { readonly line: number; readonly column: number };

/** Finds places in a text: by the engine's offset, which counts UTF-8 bytes, or by a part of it. */
export function placesIn(text: string): {
  readonly at: (byte: number) => Place;
  /** The next place of a part after the one that was found last: equal parts are told apart by their order. */
  readonly find: (part: string) => Place;
} {
  const bytes = Buffer.from(text);
  const at = (byte: number): Place => {
    const lines = bytes.subarray(0, byte).toString().split('\n');
    return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  };
  let from = 0;
  const find = (part: string): Place => {
    const found = bytes.indexOf(part, from);
    from = found < 0 ? from : found + Buffer.byteLength(part);
    return at(Math.max(found, 0));
  };
  return { at, find };
}
