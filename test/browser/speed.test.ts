import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../../scripts/browser/open-browser.ts';
import { query } from '../support/query.ts';
import { RunningStack } from '../support/running-stack.ts';
import { type Task, tasksDuring } from './main-thread.ts';
import { Visitor } from './visitor.ts';

const leaseCount = 10_000;
const usableMsMax = 1_000;
const taskMsMax = 100;
/** Of so many tries the one in the middle counts, whoever else wants the processor. */
const tries = 5;

let stack: RunningStack;
let chromium: OpenBrowser;
let url: string;

beforeAll(async () => {
  [stack, chromium] = await Promise.all([RunningStack.start().then((one) => one.ready()), openBrowser()]);
  ({ url } = await stack.file());
}, 120_000);

afterAll(async () => {
  await chromium?.close();
  await stack?.stop();
  stack?.remove();
});

describe('the page', () => {
  it('is usable within a second of being asked for, with nothing of it kept from before', async () => {
    const lin = await Visitor.come(chromium.browser, url, { person: 'Lin' });
    const session = await lin.page.context().storageState();
    await lin.leave();
    const times: number[] = [];
    for (let n = 0; n < tries; n += 1) {
      const context = await chromium.browser.newContext({ storageState: session });
      const page = await context.newPage();
      await page.goto(url, { waitUntil: 'commit' });
      await page.locator('#leases').waitFor();
      times.push(Number(await page.evaluate('performance.now()')));
      await context.close();
    }

    expect(median(times)).toBeLessThan(usableMsMax);
  }, 60_000);

  it('scrolls ten thousand leases with no task over 100 ms', async () => {
    await fillLedger(await stack.file());
    const lin = await Visitor.come(chromium.browser, url, {});
    await lin.logIn('Lin');
    await lin.page.locator('.ant-table-tbody-virtual-holder').hover();
    const passes: (readonly Task[])[] = [];

    // Down while page after page is loaded; then up and down again.
    for (const where of ['end', 'start', 'end'] as const) {
      passes.push(await tasksDuring(chromium.browser, lin.page, () => scrollTo(lin.page, where)));
    }

    console.log(
      passes.map((tasks) => [
        tasks.length,
        Math.max(...tasks.map((t) => t.cpuMs)),
        Math.max(...tasks.map((t) => t.wallMs)),
      ]),
    );
    expect(await lin.page.locator('.lead').textContent()).toContain('10,000');
    expect(await lin.page.locator('.leases .ant-table-row').count()).toBeLessThan(60);
    // Each of its tasks by what it has of the processor; how long one lasts besides is up to others who want it too.
    const longest = (of: (task: Task) => number) => passes.map((tasks) => Math.max(...tasks.map(of)));
    expect(Math.max(...longest(({ cpuMs }) => cpuMs))).toBeLessThan(taskMsMax);
    expect(median(longest(({ wallMs }) => wallMs))).toBeLessThan(taskMsMax);
    expect(lin.complaints).toEqual([]);
    await lin.leave();
  }, 120_000);
});

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** Turns the wheel, a screen or two at each frame, until nothing moves any more. */
async function scrollTo(page: Page, where: 'start' | 'end'): Promise<void> {
  const place = () =>
    page.evaluate('document.querySelector(".ant-table-tbody-virtual-holder").scrollTop') as Promise<number>;
  for (let still = 0, last = -1; still < 25; ) {
    await page.mouse.wheel(0, where === 'end' ? 6_000 : -6_000);
    await page.waitForTimeout(20);
    const now = await place();
    still = now === last ? still + 1 : 0;
    last = now;
  }
}

/** Leases that begin tomorrow, so that nobody works on them: one is asked for, the others are made after it. */
async function fillLedger({ DATABASE_URL, token }: { DATABASE_URL: string; token: string }): Promise<void> {
  const response = await fetch(`${url}/api/leases`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({
      target: { cloud: 'ecs', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' },
      rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.7/32' }],
      startsAt: new Date(Date.now() + 86_400_000).toISOString(),
      duration: 'PT1H',
      reason: 'one of many',
    }),
  });
  const { lease } = (await response.json()) as { lease: { id: string } };
  const columns = (await query<{ name: string }>(DATABASE_URL, columnsOfLease)).map(({ name }) => name);
  const idOf = `left('${lease.id}', 20) || lpad(n::text, 6, '0')`;
  const made: Readonly<Record<string, string>> = {
    id: idOf,
    request_id: `'many-' || n`,
    doc: `replace(doc::text, '${lease.id}', ${idOf})::json`,
  };
  await query(
    DATABASE_URL,
    `insert into curfew.lease (${columns.join(', ')})
     select ${columns.map((name) => made[name] ?? name).join(', ')}
     from curfew.lease, generate_series(1, ${leaseCount - 1}) as n where id = '${lease.id}'`,
  );
}

const columnsOfLease = `select column_name as name from information_schema.columns
  where table_schema = 'curfew' and table_name = 'lease' and is_generated = 'NEVER'`;
