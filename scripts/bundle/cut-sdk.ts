import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';
import { type Cut, cutBarrel, cutClient, missingModels } from './cut-text.ts';
import { undeclaredUses } from './undeclared-uses.ts';

type CutPackage = { readonly name: string; readonly folder: string; readonly client: Cut; readonly barrel: Cut };

/**
 * Cuts the vendor's packages to the declared operations. Project code reaches a package through a facade that
 * exports by name what is left of it, so that the bundler itself refuses an import of anything else; uses that no
 * import shows (methods of a client, models of a package loaded later) are searched for in the sources.
 */
export function cutSdk(root: string, operations: Readonly<Record<string, readonly string[]>>): Plugin {
  return {
    name: 'cut-sdk',
    async setup(build) {
      // Never an `undefined` at run time instead of an error here.
      build.initialOptions.logOverride = { ...build.initialOptions.logOverride, 'import-is-undefined': 'error' };
      const packages = await readPackages(root, operations);
      for (const one of packages) {
        serveFacade(build, one);
        serveCut(build, one);
      }
      refuseUndeclared(build, packages);
    },
  };
}

/** The same for a file that holds packages and nothing of ours: there is nobody to refuse anything. */
export function cutSdkAlone(root: string, operations: Readonly<Record<string, readonly string[]>>): Plugin {
  return {
    name: 'cut-sdk-alone',
    async setup(build) {
      for (const one of await readPackages(root, operations)) serveCut(build, one);
    },
  };
}

const readPackages = (
  root: string,
  operations: Readonly<Record<string, readonly string[]>>,
): Promise<readonly CutPackage[]> =>
  Promise.all(Object.entries(operations).map(([name, declared]) => readPackage(root, name, declared)));

async function readPackage(root: string, name: string, declared: readonly string[]): Promise<CutPackage> {
  const folder = join(root, 'node_modules', ...name.split('/'), 'dist');
  const [clientText, barrelText] = await Promise.all(
    ['client.js', join('models', 'model.js')].map((file) => readFile(join(folder, file), 'utf8')),
  );
  const client = cutClient(clientText ?? '', declared);
  const barrel = cutBarrel(barrelText ?? '', declared);
  const missing = missingModels(client, barrel);
  if (missing.length > 0) throw new Error(`${name}: kept methods need the models ${missing.join(', ')}`);
  return { name, folder, client, barrel };
}

function serveFacade(build: PluginBuild, { name, folder, barrel }: CutPackage): void {
  const exactly = new RegExp(`^${name}$`);
  const namespace = `cut:${name}`;
  build.onResolve({ filter: exactly }, () => ({ path: name, namespace }));
  build.onResolve({ filter: new RegExp(`^${name}/`) }, (from) =>
    isOurs(from.importer) && from.namespace !== namespace
      ? { errors: [{ text: `${name} may be imported as a whole only, so that it can be cut` }] }
      : undefined,
  );
  build.onLoad({ filter: /./, namespace }, () => ({ contents: facade(name, barrel), resolveDir: dirname(folder) }));
}

function serveCut(build: PluginBuild, { folder, client, barrel }: CutPackage): void {
  const from = (file: string) => new RegExp(`^${escaped(join(folder, file))}$`);
  build.onLoad({ filter: from('client.js') }, () => ({ contents: client.text }));
  build.onLoad({ filter: from(join('models', 'model.js')) }, () => ({ contents: barrel.text }));
}

/** The default export is the whole module, as Node.js has it for CommonJS. */
function facade(name: string, { kept }: Cut): string {
  const lines = kept.map((model) => `export const ${model} = sdk.${model};`);
  return [`const sdk = require(${JSON.stringify(`${name}/dist/client.js`)});`, 'export default sdk;', ...lines].join(
    '\n',
  );
}

function refuseUndeclared(build: PluginBuild, packages: readonly CutPackage[]): void {
  const left = packages.map(({ name, client, barrel }) => ({ name, methods: client.dropped, models: barrel.dropped }));
  build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async ({ path }) => {
    if (!isOurs(path)) return undefined;
    const errors = await undeclaredUses(path, await readFile(path, 'utf8'), left);
    return errors.length > 0 ? { errors } : undefined;
  });
}

const isOurs = (path: string): boolean => !path.split(sep).includes('node_modules');
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
