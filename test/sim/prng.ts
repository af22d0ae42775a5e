import { createHash } from 'node:crypto';

/** One stream of chance. Streams are independent: drawing more from one never shifts another. */
export type Chance = {
  /** From 0 up to 1. */
  next(): number;
  /** A whole number in [min, max]. */
  int(min: number, max: number): number;
  hit(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  bytes(count: number): Buffer;
};

/** sfc32 (public domain, PractRand): small, fast, and the same on every machine. One stream for each subject. */
export function chance(seed: number, stream: string): Chance {
  const hash = createHash('sha256').update(`${seed}/${stream}`).digest();
  let [a, b, c, counter] = [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), 1];
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm += 1) word();
  const next = () => word() / 4_294_967_296;
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    hit: (probability) => probability > 0 && next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[Math.floor(next() * list.length)] as (typeof list)[number];
    },
    bytes: (count) => {
      const bytes = Buffer.alloc(count);
      for (let index = 0; index < count; index += 1) bytes[index] = word() & 255;
      return bytes;
    },
  };
}
