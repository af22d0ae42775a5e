import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

type Modules = { readonly getModuleInfo: (id: string) => { readonly importedIds: readonly string[] } | null };

const main = fileURLToPath(new URL('main.tsx', import.meta.url));
const first = new Set<string>();

/** Is it part of the first view: imported, step by step, from main.tsx? */
function isFirst(id: string, modules: Modules): boolean {
  for (const rest = first.size === 0 ? [main] : []; rest.length > 0; ) {
    const next = rest.pop();
    if (next === undefined || first.has(next)) continue;
    first.add(next);
    rest.push(...(modules.getModuleInfo(next)?.importedIds ?? []));
  }
  return first.has(id);
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The same library as the command line's, in its form for browsers.
  resolve: { alias: { 'csv-stringify/sync': 'csv-stringify/browser/esm/sync' } },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    // Everything that index.html names is fetched at once; a polyfill for browsers that cannot is weight for nobody.
    modulePreload: { polyfill: false },
    // Each file is one call of a function: nothing small comes alone.
    assetsInlineLimit: 8_192,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // The first view in one file, whatever other views share with it.
        codeSplitting: { groups: [{ name: (id, modules) => (isFirst(id, modules) ? 'page' : null) }] },
      },
    },
  },
  // `npx vite web` beside `npm start`: the page from its sources, on a running console.
  server: { proxy: { '^/(api|auth|openapi.json)': 'http://127.0.0.1:8700' } },
});
