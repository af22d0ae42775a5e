import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIds } from '../../../shared/runtime/ids.ts';

describe('ids', () => {
  it('are 26 lower-case characters that sort by their instant', () => {
    const ids = createIds();

    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), fc.nat({ max: 2 ** 45 }), (a, b) => {
        const [first, second] = [ids.ulid(Math.min(a, b)), ids.ulid(Math.max(a, b))];

        expect(first).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
        expect(first < second).toBe(true);
      }),
    );
  });

  it('count upwards within a millisecond, also when chance is at its end', () => {
    const ids = createIds((bytes) => Buffer.alloc(bytes, 0xf0));

    const made = Array.from({ length: 100 }, () => ids.ulid(1_700_000_000_000));

    expect(made).toEqual([...new Set(made)].sort());
  });

  it('say the same as the specification about a known instant', () => {
    expect(createIds().ulid(1_469_918_176_385).slice(0, 10)).toBe('01ARYZ6S41'.toLowerCase());
  });

  it('make nonces of 128 bits', () => {
    const { nonce } = createIds();

    expect(nonce()).toMatch(/^[0-9a-f]{32}$/);
    expect(nonce()).not.toBe(nonce());
  });
});
