import { build, type Metafile } from 'esbuild';
import { cutSdk } from './cut-sdk.ts';
import { sdkOperations } from './operations.ts';
import { patchPg } from './patch-pg.ts';
import { stubUnused } from './stub-unused.ts';

export type BundleOptions = {
  readonly entry: string;
  readonly outfile: string;
  /** The folder with `node_modules`. */
  readonly root: string;
};

/**
 * One self-contained CommonJS file. Names are kept: shorter ones make V8 slower at loading it, and logs unreadable.
 * CommonJS loads faster than an ES module, and is what Function Compute looks for.
 */
export async function bundleFunction({ entry, outfile, root }: BundleOptions): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    // No tsconfig of ours changes what is emitted.
    tsconfigRaw: {},
    logLevel: 'silent',
    // In a CommonJS file there is no import.meta: what reads it would find nothing.
    logOverride: { 'empty-import-meta': 'error' },
    plugins: [cutSdk(root, sdkOperations), stubUnused, patchPg],
  });
  return metafile;
}
