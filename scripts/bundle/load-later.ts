import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Files beside `index.js`, and what is in each: read when it is first used, not at a cold start. */
const laterFiles: Readonly<Record<string, readonly string[]>> = {
  'alicloud.js': [
    '@alicloud/ecs20140526/dist/client.js',
    '@alicloud/fc20230330/dist/client.js',
    '@alicloud/openapi-core',
    '@darabonba/typescript',
    '@alicloud/credentials',
    '@alicloud/fc2',
    '@alicloud/eventbridge',
  ],
  'yaml.js': ['yaml'],
  'jose.js': ['jose'],
  'jmespath.js': ['@jmespath-community/jmespath'],
  'cedar.js': ['@cedar-policy/cedar-wasm/nodejs'],
};
const fileOf = new Map(Object.entries(laterFiles).flatMap(([file, paths]) => paths.map((path) => [path, file])));

export type LaterFile = { readonly outfile: string; readonly source: string };

/**
 * Leaves packages out of a bundle and has it require them from files of their own. V8 reads through all of a file
 * before it runs the first line, so even code that never runs is paid for at every start. What is in one file shares
 * what it loads; nothing of ours is in any, so nothing of ours is there twice.
 */
export function loadLater(): { readonly plugin: Plugin; files(outfile: string): readonly LaterFile[] } {
  const used = new Map<string, Set<string>>();
  const plugin: Plugin = {
    name: 'load-later',
    setup(build) {
      build.onResolve({ filter: /^[@\w]/ }, ({ path, importer }) => {
        const file = fileOf.get(path);
        if (file === undefined || importer.includes('node_modules')) return undefined;
        used.set(file, (used.get(file) ?? new Set()).add(path));
        return { path, namespace: 'later', pluginData: file };
      });
      build.onResolve({ filter: /./, namespace: 'later' }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /./, namespace: 'later' }, ({ path, pluginData }) => ({
        contents: `module.exports = require('./${pluginData}')[${JSON.stringify(path)}];`,
      }));
    },
  };
  /** Those that the bundle asks for, to be bundled in their turn: known once the bundle itself is built. */
  const files = (outfile: string) =>
    [...used].map(([file, paths]) => ({
      outfile: join(dirname(outfile), file),
      source: `module.exports = {${[...paths].sort().map(getter).join(',')}};`,
    }));
  return { plugin, files };
}

/** Run when it is asked for: who makes a call needs no client of Function Compute. */
const getter = (path: string): string => `get ${JSON.stringify(path)}() { return require(${JSON.stringify(path)}); }`;
