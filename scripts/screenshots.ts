import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { freeBasePort } from '../local/stack/free-ports.ts';
import { writeApprovingConfig } from './browser/approving-config.ts';
import { openBrowser } from './browser/open-browser.ts';
import { askForSamples } from './browser/sample-leases.ts';
import { startForBrowser } from './browser/start-for-browser.ts';

/** `npm run screenshots`: the pictures of the README, from a stack that runs for them. */
const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = join(root, 'docs/screenshots');
/** What the packed browser's own fonts lack: Chinese, and letters of one width. Only pictures need them. */
const fonts = { 'Noto Sans SC': 'noto-sans-sc', 'JetBrains Mono Variable': 'jetbrains-mono' };

type Shot = {
  readonly file: string;
  readonly person: 'Lin' | 'Wei' | 'Ada';
  readonly hash: string;
  readonly width?: number;
  readonly height?: number;
};

const folder = await mkdtemp(join(tmpdir(), 'curfew-screenshots-'));
const config = join(folder, 'config');
await writeApprovingConfig(config);
const stack = await startForBrowser({ port: await freeBasePort(), dataDir: join(folder, 'data'), config });
const opened = await openBrowser();
try {
  await mkdir(outDir, { recursive: true });
  const { waiting, story } = await askForSamples(stack);
  const ask =
    '#/ask?group=sg-demo-db&region=cn-hangzhou&port=5432&from=10.20.7.0/24&reason=move+the+ledger+to+its+new+disks&ticket=DBA-81&ticketSystem=jira';
  const shots: readonly Shot[] = [
    { file: 'open', person: 'Wei', hash: '#/' },
    { file: 'ask', person: 'Lin', hash: ask },
    { file: 'approve', person: 'Wei', hash: `#/leases/${waiting}` },
    { file: 'story', person: 'Ada', hash: `#/leases/${story}` },
    { file: 'audit', person: 'Ada', hash: '#/audit' },
    { file: 'narrow', person: 'Lin', hash: '#/', width: 390, height: 780 },
  ];
  for (const shot of shots) await take(opened.browser, stack.url, shot);
} finally {
  await opened.close();
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}

async function take(browser: Browser, url: string, { file, person, hash, ...look }: Shot): Promise<void> {
  const { width = 1280, height = 860 } = look;
  const context = await browser.newContext({
    ...{ locale: 'en-GB', timezoneId: 'Asia/Shanghai', viewport: { width, height } },
    // The fonts come from beside the page, which its policy would not let in.
    bypassCSP: true,
  });
  const page = await context.newPage();
  await addFonts(page, url);
  await page.goto(`${url}/`);
  await page.locator('.note a').click();
  await page.getByRole('button', { name: person, exact: true }).click();
  await page.locator('h1').waitFor();
  // The log-in ends with a redirection, which nobody can put fonts into: what is asked for anew has them.
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  await page.reload();
  await page.locator('h1').waitFor();
  // Until the plan, the evidence and the fonts are there.
  await page.waitForLoadState('networkidle');
  await page.evaluate('Promise.all([...document.fonts].map((font) => font.load().catch(() => undefined)))');
  await sleep(2_000);
  await page.screenshot({ path: join(outDir, `${file}.png`), animations: 'disabled' });
  await context.close();
  process.stdout.write(`docs/screenshots/${file}.png\n`);
}

/** The document comes with the fonts' style sheets in it, so that nothing is drawn before it has its letters. */
async function addFonts(page: Page, url: string): Promise<void> {
  const sheets: string[] = [];
  for (const [family, name] of Object.entries(fonts)) {
    const folder = join(root, 'node_modules/@fontsource-variable', name);
    await page.route(`**/fonts/${name}/**`, async (route) => {
      const path = join(folder, 'files', route.request().url().split('/').at(-1) ?? '');
      await route.fulfill({ path, contentType: 'font/woff2' });
    });
    const css = await readFile(join(folder, 'index.css'), 'utf8');
    const named = css.replaceAll(/font-family: '[^']*'/g, `font-family: '${family}'`);
    sheets.push(
      named.replaceAll('./files/', `/fonts/${name}/`).replaceAll('font-display: swap', 'font-display: block'),
    );
  }
  await page.route(`${url}/`, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace('</head>', `<style>${sheets.join('')}</style></head>`);
    await route.fulfill({ response, body });
  });
}
