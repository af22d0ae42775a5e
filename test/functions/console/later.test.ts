import { describe, expect, it } from 'vitest';
import { later } from '../../../functions/console/later.ts';

describe('what is made later', () => {
  it('is made when it is first asked for, and once', () => {
    const made: object[] = [];
    const get = later(() => {
      const one = {};
      made.push(one);
      return one;
    });
    expect(made).toEqual([]);

    const [first, second] = [get(), get()];

    expect(made).toHaveLength(1);
    expect(second).toBe(first);
  });
});
