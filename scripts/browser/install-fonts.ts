import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// The only one that unpacks WOFF2 without a compiler: Google's own code as WebAssembly.
import wawoff2 from 'wawoff2';

const packages = fileURLToPath(new URL('../../node_modules/@fontsource-variable', import.meta.url));
/** What the packed browser's own fonts lack: Chinese, and letters of one width. */
const names = ['noto-sans-sc', 'jetbrains-mono'];

/**
 * Fonts of npm as files that a system finds fonts in. As fonts of the page they would come piece by piece while it is
 * drawn, and the browser leaves holes where a piece came late.
 */
export async function installFonts(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const from = join(packages, name, 'files');
    for (const file of await readdir(from)) {
      if (!file.endsWith('-normal.woff2')) continue;
      const font = await wawoff2.decompress(await readFile(join(from, file)));
      await writeFile(join(folder, file.replace(/woff2$/, 'ttf')), font);
    }
  }
}
