import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** The half of `pg/lib/stream.js` that runs on Node.js. */
const nodeStreams = `
  module.exports = {
    getStream: () => new (require('net').Socket)(),
    getSecureStream: (options) => require('tls').connect(options),
  };
`;

/** Names are looked up by its connection string of another driver alone; the module is half a millisecond to load. */
const eagerDns = "const dns = require('dns')";
const lateDns = "const dns = { lookup: (...given) => require('dns').lookup(...given) }";

/**
 * Where there is no `navigator` (Node.js 20), pg finds out whether it runs at Cloudflare by making a Response, which
 * loads the whole of fetch: 20 ms and 9 MB of a cold start. Its optional native driver is not there, nor what
 * would use it.
 */
export const patchPg: Plugin = {
  name: 'patch-pg',
  setup(build) {
    build.onLoad({ filter: /[\\/]pg[\\/]lib[\\/]stream\.js$/ }, () => ({ contents: nodeStreams }));
    build.onLoad({ filter: /[\\/]pg[\\/]lib[\\/]connection-parameters\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(eagerDns))
        throw new Error(`${path} no longer looks as expected (scripts/bundle/patch-pg.ts)`);
      return { contents: source.replace(eagerDns, lateDns) };
    });
    build.onResolve({ filter: /^(?:\.\/native|pg-native|pg-cloudflare)$/ }, ({ path }) => ({ path, external: true }));
  },
};
