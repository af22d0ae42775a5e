import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { carrierOf } from '../../../scripts/parameters/carriers.ts';
import { requireField, requireTest } from '../../../scripts/parameters/check-references.ts';
import { documents } from '../../../scripts/parameters/documents.ts';
import { renderParameters } from '../../../scripts/parameters/render-table.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the table of parameters', () => {
  it('is committed as it is generated (node bin/run.js scripts/generate-parameter-table.ts)', async () => {
    const committed = await readFile(`${root}/docs/parameters.md`, 'utf8');

    expect(committed).toBe(renderParameters(root));
  });

  it('has every parameter of every document once', () => {
    const counts = documents.map(({ id, parameters }) => [id, new Set(parameters.map(({ name }) => name)).size]);

    expect(Object.fromEntries(counts)).toEqual({
      'modify-egress': 18,
      modify: 15,
      'revoke-egress': 18,
      ens: 7,
      apsara: 19,
    });
    expect(documents.flatMap(({ parameters }) => parameters)).toHaveLength(77);
  });

  it('cannot name a field, a test or a parameter that does not exist', () => {
    const file = 'test/scripts/parameters/parameter-table.test.ts';
    // A test that is only mentioned, as here, is no test.
    const missing = ['of nothing', 'at all'].join(' ');

    expect(() => requireField('rules[].colour')).toThrow('no message has');
    expect(() => requireField('target.sourceCidrIp')).toThrow('no message has');
    expect(() => requireTest(root, { file, name: missing })).toThrow('has no test');
    expect(() => requireTest(root, { file: 'test/none.test.ts', name: missing })).toThrow('has no test');
    expect(() => requireTest(root, { file, name: 'has every parameter of every document once' })).not.toThrow();
    expect(() => carrierOf('ens', 'Colour')).toThrow('nothing carries');
  });
});
