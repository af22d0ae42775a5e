import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { makeConsole } from './console.ts';

/** Every rule of the linter's strict set: nothing is a warning only. */
async function lint(change: (document: Record<string, never>) => object = (document) => document) {
  const { app } = makeConsole();
  const document = (await (await app.request('/openapi.json')).json()) as Record<string, never>;
  const config = await createConfig({ extends: ['recommended-strict'] });
  const source = JSON.stringify(change(document));
  const found = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`);
}

describe('the document of the API', () => {
  it('has nothing that the linter minds', async () => {
    expect(await lint()).toEqual([]);
  });

  it('is read by the linter', async () => {
    const found = await lint(({ info: _, ...rest }) => rest);

    expect(found).toEqual([expect.stringContaining('info')]);
  });
});
