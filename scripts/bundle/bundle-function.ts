import { type BuildOptions, build, type Metafile } from 'esbuild';
import { cutSdk, cutSdkAlone } from './cut-sdk.ts';
import { dropLocales } from './drop-locales.ts';
import { loadLater } from './load-later.ts';
import { sdkOperations } from './operations.ts';
import { patchPg } from './patch-pg.ts';
import { patchZodOpenapi } from './patch-zod-openapi.ts';
import { stubUnused } from './stub-unused.ts';

export type BundleOptions = {
  readonly entry: string;
  readonly outfile: string;
  /** The folder with `node_modules`. */
  readonly root: string;
};

/**
 * A CommonJS file, and beside it those that it loads when they are first needed (load-later.ts). Names are kept: shorter ones make V8 slower at loading it, and logs unreadable.
 * CommonJS loads faster than an ES module, and is what Function Compute looks for.
 */
export async function bundleFunction({ entry, outfile, root }: BundleOptions): Promise<Metafile> {
  const later = loadLater();
  const main = await bundle(root, {
    entryPoints: [entry],
    outfile,
    // In a CommonJS file there is no import.meta: what reads it would find nothing.
    logOverride: { 'empty-import-meta': 'error' },
    plugins: [cutSdk(root, sdkOperations), later.plugin, stubUnused, patchPg, patchZodOpenapi, dropLocales],
  });
  const others = later.files(outfile).map((file) =>
    bundle(root, {
      stdin: { contents: file.source, resolveDir: root },
      outfile: file.outfile,
      plugins: [cutSdkAlone(root, sdkOperations), stubUnused],
    }),
  );
  return [main, ...(await Promise.all(others))].reduce(joined);
}

async function bundle(root: string, options: BuildOptions): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // No tsconfig of ours changes what is emitted.
    tsconfigRaw: {},
    logLevel: 'silent',
    // A native import() of CommonJS starts the other loader, with a lexer of its own.
    supported: { 'dynamic-import': false },
    ...options,
    metafile: true,
  });
  return metafile;
}

const joined = (a: Metafile, b: Metafile): Metafile => ({
  inputs: { ...a.inputs, ...b.inputs },
  outputs: { ...a.outputs, ...b.outputs },
});
