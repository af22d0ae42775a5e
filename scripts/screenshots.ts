import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { freeBasePort } from '../local/stack/free-ports.ts';
import { writeApprovingConfig } from './browser/approving-config.ts';
import { openBrowser } from './browser/open-browser.ts';
import { askForSamples } from './browser/sample-leases.ts';
import { startForBrowser } from './browser/start-for-browser.ts';

/** `npm run screenshots`: the pictures of the README, from a stack that runs for them. */
const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = join(root, 'docs/screenshots');

type Shot = {
  readonly file: string;
  readonly person: 'Lin' | 'Wei' | 'Ada';
  readonly hash: string;
  readonly width?: number;
  readonly height?: number;
  readonly locale?: 'en-GB' | 'zh-CN';
  readonly colorScheme?: 'light' | 'dark';
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
    { file: 'open-dark-zh', person: 'Wei', hash: '#/', locale: 'zh-CN', colorScheme: 'dark' },
    { file: 'narrow', person: 'Lin', hash: '#/', width: 390, height: 780 },
  ];
  for (const shot of shots) await take(opened.browser, stack.url, shot);
} finally {
  await opened.close();
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}

async function take(browser: Browser, url: string, { file, person, hash, ...look }: Shot): Promise<void> {
  const { width = 1280, height = 860, locale = 'en-GB', colorScheme = 'light' } = look;
  const context = await browser.newContext({
    ...{ locale, colorScheme, timezoneId: 'Asia/Shanghai', viewport: { width, height } },
  });
  const page = await context.newPage();
  await page.goto(`${url}/`);
  await page.locator('.note a').click();
  await page.getByRole('button', { name: person, exact: true }).click();
  await page.locator('h1').waitFor();
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  // Until the plan and the evidence are there.
  await page.waitForLoadState('networkidle');
  await sleep(2_000);
  await page.screenshot({ path: join(outDir, `${file}.png`), animations: 'disabled' });
  await context.close();
  process.stdout.write(`docs/screenshots/${file}.png\n`);
}
