import type { Plugin } from 'esbuild';

/** zod's classic face re-exports its error texts in some fifty languages: 300 kB, 6 ms of a cold start. English stays. */
export const dropLocales: Plugin = {
  name: 'drop-locales',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
