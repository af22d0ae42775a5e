import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../../scripts/browser/open-browser.ts';
import { en } from '../../web/texts/en.ts';
import { zh } from '../../web/texts/zh.ts';
import { RunningStack, until } from '../support/running-stack.ts';
import { type Language, Visitor } from './visitor.ts';

const texts = { en, zh };
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

const come = (as: Parameters<typeof Visitor.come>[2]) => Visitor.come(chromium.browser, url, as);

describe.each(['en', 'zh'] as const)('the page in %s', (language: Language) => {
  const t = texts[language];
  const address = language === 'en' ? '203.0.113.41' : '203.0.113.42';

  it('takes a request, shows it open, extends it, ends it, and finds it in the audit', async () => {
    const lin = await come({ person: 'Lin', language });
    const { page } = lin;
    await page.getByRole('link', { name: t.nav.ask, exact: true }).first().click();
    await page.getByLabel(t.ask.group).fill('sg-demo-web');
    await page.getByLabel(t.ask.region).fill('cn-hangzhou');
    await page.getByLabel(t.ask.ports).fill('22');
    await page
      .getByLabel(t.ask.from, { exact: true })
      .or(page.getByLabel(`${t.ask.from} *`))
      .first()
      .fill(address);
    await page.getByLabel(t.ask.reason).fill('restart the payment worker');

    await page.getByText(t.plan.allowedText).waitFor();
    expect(await page.locator('.plan').textContent()).toContain(`accept tcp 22 from ${address}/32`);
    await page.getByRole('button', { name: t.ask.submit }).click();
    await page.getByRole('heading', { level: 1, name: 'restart the payment worker' }).waitFor();
    await page
      .locator('.crumb')
      .getByText(t.states.active ?? '')
      .waitFor();
    expect(await openTo(address)).toBe(1);

    const id = page.url().split('/').at(-1) ?? '';
    const endBefore = Date.parse(String((await stack.lease(id)).expiresAt));
    await page.getByRole('button', { name: t.lease.extend }).click();
    await page.getByRole('button', { name: t.lease.extendBy }).or(page.locator('.act .ant-btn-primary')).click();
    await page.getByText(t.lease.done.extend).waitFor();
    expect(Date.parse(String((await stack.lease(id)).expiresAt)) - endBefore).toBe(3_600_000);

    await page.getByRole('button', { name: t.lease.end }).click();
    await page.getByRole('button', { name: t.lease.endDo }).click();
    await page.getByText(t.lease.done.end).waitFor();
    await page
      .locator('.crumb')
      .getByText(t.states.ended ?? '')
      .waitFor();
    expect(await openTo(address)).toBe(0);
    expect(lin.complaints).toEqual([]);
    await lin.leave();

    const ada = await come({ person: 'Ada', language });
    await ada.go(`#/leases/${id}`);
    // The cloud's own request ids: one of the opening, one of the removal.
    await ada.page.locator('.story').getByText('requestId').nth(1).waitFor();
    await ada.page.getByRole('link', { name: t.nav.audit }).click();
    await ada.page.getByLabel(t.audit.lease, { exact: true }).fill(id);
    await ada.page.getByRole('button', { name: t.audit.search }).click();
    await ada.page.getByText('lease.end', { exact: true }).waitFor();
    await ada.page.getByRole('button', { name: t.audit.verify }).click();
    await ada.page.getByText(/\d+:[0-9a-f]{64}/).waitFor();
    expect(ada.complaints).toEqual([]);
    await ada.leave();
  }, 60_000);
});

const openTo = async (address: string): Promise<number> =>
  until('a listing', 5_000, async () => {
    const rules = await stack.ecs().rules();
    return rules.filter(({ sourceCidrIp }) => sourceCidrIp === `${address}/32`).length;
  });

describe('the page', () => {
  it.each(['light', 'dark'] as const)(
    'has no serious fault of accessibility in any view, %s',
    async (theme) => {
      await stack.hook({
        version: 1,
        action: 'authorize',
        id: `AXE-${theme}`,
        target: { cloud: 'ecs', account: 'default', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-db' },
        rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '5432/5432', sourceCidrIp: '10.9.0.0/24' }],
        duration: 'PT1H',
        requester: { id: 'lin@example.com' },
        reason: 'something to look at',
      });
      const { body } = await stack.api('/api/leases?live=true');
      const [lease] = body.leases as { id: string }[];
      const wei = await come({ person: 'Wei', theme });

      for (const view of ['#/', '#/ask', '#/approvals', '#/audit', '#/watch', `#/leases/${lease?.id}`, '#/nowhere']) {
        await wei.page.goto(`${url}/${view}`);
        await wei.page.locator('main h1, main h2').first().waitFor();
        expect(await wei.stumbles(), view).toEqual([]);
      }

      expect(wei.complaints).toEqual([]);
      await wei.leave();
    },
    60_000,
  );

  it('asks for a log-in first, and comes back to where one wanted to go', async () => {
    const somebody = await come({});
    await somebody.page.goto(`${url}/#/audit`);
    await somebody.page.reload();
    await somebody.page.getByRole('heading', { name: en.problem.logIn }).waitFor();
    expect(await somebody.stumbles()).toEqual([]);

    await somebody.logIn('Ada');

    await somebody.page.getByRole('heading', { level: 1, name: en.audit.title }).waitFor();
    expect(somebody.complaints).toEqual([]);
    await somebody.leave();
  });

  it('says why something is refused, with its code and field, and shows what people wrote as text', async () => {
    const lin = await come({ person: 'Lin' });
    await lin.go('#/ask?group=sg-demo-web&region=cn-hangzhou&port=22&from=0.0.0.0/0');
    await lin.page.locator('.plan').getByText('WORLD_OPEN').waitFor();
    await lin.go('#/ask?group=sg-demo-web&region=cn-hangzhou&port=23&from=203.0.113.50');
    await lin.page.getByLabel(en.ask.reason).fill('<img src=x onerror="document.title=1">');
    await lin.page.getByRole('button', { name: en.ask.submit }).click();

    await lin.page.getByRole('heading', { level: 1, name: '<img src=x' }).waitFor();

    expect(await lin.page.locator('img[src=x]').count()).toBe(0);
    expect(lin.complaints).toEqual([]);
    await lin.leave();
  });

  it('remembers language and theme, and can be used by keys alone', async () => {
    const lin = await come({ person: 'Lin' });
    await lin.page.getByRole('button', { name: '中文' }).click();
    await lin.page.getByRole('switch').click();
    await lin.page.reload();
    await lin.page.getByRole('heading', { level: 1, name: zh.open.title }).waitFor();
    const html = lin.page.locator('html');
    expect([await html.getAttribute('lang'), await html.getAttribute('data-theme')]).toEqual(['zh-CN', 'dark']);

    await lin.page.keyboard.press('Tab');
    await lin.page.keyboard.press('Enter');
    expect(await lin.page.evaluate('document.activeElement.id')).toBe('content');
    for (let step = 0; step < 4; step += 1) await lin.page.keyboard.press('Shift+Tab');
    await lin.leave();
  });
});
