import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildPage } from '../../scripts/page/build-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Of script, compressed: what a first view may make a visitor fetch. */
const bytesMax = 350_000;

describe('the page as it is built', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'curfew-page-'));
    await buildPage(root, folder);
    return () => rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('loads at most 350 kB of compressed script for its first view', () => {
    const named = [...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(/"\/(assets\/[^"]+\.js)"/g)];
    const files = new Set(named.map(([, file]) => String(file)));

    const bytes = [...files].map((file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length);

    expect(files.size).toBeGreaterThan(0);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(bytesMax);
  });

  it('holds no script in the document itself, which its policy would not run', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');

    expect(html.match(/<script(?![^>]*\bsrc=)/g)).toBeNull();
    expect(html.match(/\son\w+=/g)).toBeNull();
  });

  it('has each script and style compressed beside it', () => {
    const names = readdirSync(join(folder, 'assets'));
    const plain = names.filter((name) => /\.(?:js|css)$/.test(name));

    expect(plain.length).toBeGreaterThan(5);
    for (const name of plain) expect(names).toEqual(expect.arrayContaining([`${name}.gz`, `${name}.br`]));
  });

  it('is taken as it was built before where nothing has changed', async () => {
    const again = mkdtempSync(join(tmpdir(), 'curfew-page-'));
    onTestFinished(() => rmSync(again, { recursive: true, force: true }));

    const startedMs = performance.now();
    await buildPage(root, again);

    expect(readdirSync(join(again, 'assets'))).toEqual(readdirSync(join(folder, 'assets')));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
