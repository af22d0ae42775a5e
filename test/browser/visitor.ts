import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export type Language = 'en' | 'zh';
type As = {
  readonly person?: 'Lin' | 'Wei' | 'Sam' | 'Ada';
  readonly language?: Language;
  readonly theme?: 'light' | 'dark';
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const logIn = { en: 'Log in', zh: '登录' };

/** Somebody with a browser of their own, who notices whatever it complains about. */
export class Visitor {
  readonly page: Page;
  readonly language: Language;
  /** What stood in the browser's console as an error, and what was thrown and caught by nobody. */
  readonly complaints: string[] = [];
  readonly #url: string;

  private constructor(page: Page, url: string, language: Language) {
    this.page = page;
    this.language = language;
    this.#url = url;
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  /** Comes to the console, and logs in as somebody. */
  static async come(browser: Browser, url: string, { person, language = 'en', theme = 'light' }: As) {
    const options: BrowserContextOptions = { locale: language === 'en' ? 'en-GB' : 'zh-CN', colorScheme: theme };
    const context = await browser.newContext({ ...options, viewport: { width: 1280, height: 900 } });
    const visitor = new Visitor(await context.newPage(), url, language);
    await visitor.page.goto(url);
    if (person) await visitor.logIn(person);
    return visitor;
  }

  async logIn(person: string): Promise<void> {
    await this.page.getByRole('link', { name: logIn[this.language] }).click();
    await this.page.getByRole('button', { name: person, exact: true }).click();
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  async go(hash: string): Promise<void> {
    await this.page.goto(`${this.#url}/${hash}`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Faults of accessibility that somebody would stumble over, with where they are. */
  async stumbles(): Promise<string[]> {
    await this.page.evaluate(axe);
    const { violations } = (await this.page.evaluate('axe.run()')) as AxeResults;
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}
