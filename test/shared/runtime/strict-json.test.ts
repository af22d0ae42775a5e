import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrictJson, readStrictJsonValue } from '../../../shared/runtime/strict-json.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('strict JSON', () => {
  it('reads what JSON.parse reads, without faults', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const isPlain = !text.includes('__proto__');

        expect(readStrictJson(text)).toEqual({
          value: JSON.parse(text),
          faults: isPlain ? new Map() : expect.anything(),
        });
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        readStrictJson(text);
      }),
    );
    expect(readStrictJson('['.repeat(200_000))).toMatchObject({ code: 'NOT_JSON' });
    expect(readStrictJsonValue(nested(100_000))).toMatchObject({ code: 'TOO_DEEP' });
  });

  it.each([
    ['{"a":1,"a":2}', 'DUPLICATE_FIELD', '/a'],
    ['{"a":1,"\\u0061":2}', 'DUPLICATE_FIELD', '/a'],
    ['{"x":{"b":[0,{"c/d":1,"c/d":1}]}}', 'DUPLICATE_FIELD', '/x/b/1/c~1d'],
    ['{"__proto__":{"version":1}}', 'FORBIDDEN_FIELD', '/__proto__'],
    ['{"a":{"\\u005f_proto__":1}}', 'FORBIDDEN_FIELD', '/a/__proto__'],
    ['{"a":"{,}:[\\"","a\\"":1,"a\\"":2}', 'DUPLICATE_FIELD', '/a"'],
  ])('refuses %s', (text, code, path) => {
    expect(readStrictJsonValue(text)).toMatchObject({ code, path });
  });

  it('allows the same name in different objects, and brackets in texts', () => {
    expect(readStrictJsonValue('[{"a":{"a":1}},{"a":"}{"},"a"]')).toHaveProperty('value');
  });

  it('allows 32 levels, not 33', () => {
    expect(readStrictJsonValue(nested(32))).toHaveProperty('value');
    expect(readStrictJsonValue(nested(33))).toMatchObject({ code: 'TOO_DEEP' });
  });

  it('tells which element of a list has the fault, and where in it', () => {
    const read = readStrictJson('[{"a":1},{"b":1,"b":2},[],{"__proto__":1,"a":1,"a":1}]');

    expect('faults' in read ? [...read.faults] : []).toMatchObject([
      [1, { code: 'DUPLICATE_FIELD', path: '/b' }],
      [3, { code: 'FORBIDDEN_FIELD', path: '/__proto__' }],
    ]);
  });
});
