import { sep } from 'node:path';
import type { Plugin } from 'esbuild';

/** What the vendor's packages load at their start, and use on no path of ours: dates, XML, proxies, web sockets, uploads. */
const unused = [
  'moment',
  'moment-timezone',
  'lodash',
  'xml2js',
  'ws',
  'http-proxy-agent',
  'https-proxy-agent',
  'socks-proxy-agent',
  'proxy-agent',
  'ali-oss',
  'axios',
];
const vendors = ['@alicloud', '@darabonba'].map((scope) => `${sep}node_modules${sep}${scope}${sep}`);

/**
 * Replaces them, where the vendor's packages ask for them, by stubs that name themselves when they are called after
 * all. `debug` becomes silent for good: switched on, it prints headers with credentials.
 */
export const stubUnused: Plugin = {
  name: 'stub-unused',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:${unused.join('|')})$`) }, ({ path, importer }) =>
      isVendors(importer) ? { path, namespace: 'stub' } : undefined,
    );
    // The client for a Node.js without async functions.
    build.onResolve({ filter: /^\.\/es5\/client\.js$/ }, ({ importer }) =>
      isVendors(importer) ? { path: '@alicloud/fc2/es5', namespace: 'stub' } : undefined,
    );
    build.onResolve({ filter: /^debug$/ }, () => ({ path: 'debug', namespace: 'silent' }));
    build.onLoad({ filter: /./, namespace: 'stub' }, ({ path }) => ({ contents: stub(path) }));
    build.onLoad({ filter: /./, namespace: 'silent' }, () => ({
      contents: 'module.exports = () => Object.assign(() => {}, { enabled: false });',
    }));
  },
};

const isVendors = (importer: string): boolean => vendors.some((folder) => importer.includes(folder));

/** Members are stubs as well, so that loading code may take them apart and extend them. */
function stub(name: string): string {
  return `
    const thrower = (name) => {
      const fail = () => { throw new Error('"' + name + '" is left out of this bundle (scripts/bundle/stub-unused.ts)'); };
      return new Proxy(function () {}, {
        apply: fail,
        construct: fail,
        get: (target, key) => key in target || typeof key === 'symbol' || key === '__esModule' || key === 'then'
          ? target[key]
          : thrower(name + '.' + key),
      });
    };
    module.exports = thrower(${JSON.stringify(name)});
  `;
}
