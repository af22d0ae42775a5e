import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { installFonts } from './install-fonts.ts';

export type OpenBrowser = { readonly browser: Browser; close(): Promise<void> };

/**
 * A headless Chromium: the one that CURFEW_BROWSER names, else the one that npm brings (@sparticuz/chromium, Linux on
 * x64 only). That one unpacks itself into the folder for temporary files and trusts whatever lies there under its
 * name: it gets a folder of its own.
 */
export async function openBrowser(): Promise<OpenBrowser> {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-browser-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const { executablePath, env } = await findBrowser(folder);
    const browser = await chromium.launch({
      executablePath,
      env: { ...process.env, ...env, TMPDIR: folder, HOME: folder },
      // No sandbox: as root it cannot have one, and it only ever sees pages of ours.
      chromiumSandbox: false,
      args: ['--disable-gpu', '--no-zygote', '--font-render-hinting=none'],
    });
    return {
      browser,
      close: async () => {
        await browser.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function findBrowser(folder: string): Promise<{ executablePath: string; env: Record<string, string> }> {
  const own = process.env.CURFEW_BROWSER;
  if (own) return { executablePath: own, env: {} };
  // Both are read when the package is loaded: with the second it brings the libraries that a bare system lacks.
  const before = { TMPDIR: process.env.TMPDIR, AWS_EXECUTION_ENV: process.env.AWS_EXECUTION_ENV };
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: 'nodejs20.x' });
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    packed.setGraphicsMode = false;
    const executablePath = await packed.executablePath();
    return { executablePath, env: { FONTCONFIG_FILE: await writeFontConfig(folder) } };
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** The browser's own one looks for fonts where a cloud function would have them. Without any, a text field kills it. */
async function writeFontConfig(folder: string): Promise<string> {
  const file = join(folder, 'fonts.conf');
  // Strongly, or a font that has the weight goes before the one that has the name.
  const alias = (family: string, font: string) =>
    `<match><test name="family"><string>${family}</string></test><edit name="family" binding="strong"><string>${font}</string></edit></match>`;
  const lines = [
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
    `<dir>${join(folder, 'fonts')}</dir>`,
    `<cachedir>${join(folder, 'font-cache')}</cachedir>`,
    ...['sans-serif', 'sans', 'system-ui', 'Arial'].map((family) => alias(family, 'Open Sans')),
    alias('monospace', 'JetBrains Mono'),
    '</fontconfig>',
  ];
  await installFonts(join(folder, 'fonts'));
  await writeFile(file, lines.join('\n'));
  return file;
}
