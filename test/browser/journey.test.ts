import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeApprovingConfig } from '../../scripts/browser/approving-config.ts';
import { type OpenBrowser, openBrowser } from '../../scripts/browser/open-browser.ts';
import { en } from '../../web/texts/en.ts';
import { zh } from '../../web/texts/zh.ts';
import { RunningStack, until } from '../support/running-stack.ts';
import { type Language, Visitor } from './visitor.ts';

const texts = { en, zh };
let stack: RunningStack;
let chromium: OpenBrowser;
let url: string;
const config = mkdtempSync(join(tmpdir(), 'curfew-config-'));

beforeAll(async () => {
  await writeApprovingConfig(config);
  const starting = RunningStack.start({ env: { CURFEW_CONFIG: config } });
  [stack, chromium] = await Promise.all([starting.then((one) => one.ready()), openBrowser()]);
  ({ url } = await stack.file());
}, 120_000);

afterAll(async () => {
  await chromium?.close();
  await stack?.stop();
  stack?.remove();
  rmSync(config, { recursive: true, force: true });
});

const come = (as: Parameters<typeof Visitor.come>[2]) => Visitor.come(chromium.browser, url, as);

describe.each(['en', 'zh'] as const)('the page in %s', (language: Language) => {
  const t = texts[language];
  const address = language === 'en' ? '203.0.113.41' : '203.0.113.42';

  it('takes a request that somebody else approves, extends it, ends it, and finds it in the audit', async () => {
    const lin = await come({ person: 'Lin', language });
    const id = await askFor(lin, { group: 'sg-demo-db', port: '5432', from: address });
    await lin.page
      .locator('.crumb')
      .getByText(t.states['awaiting-approval'] ?? '')
      .waitFor();
    expect(await lin.page.getByRole('button', { name: t.lease.approve }).count()).toBe(0);
    expect(await openTo(address)).toBe(0);

    const wei = await come({ person: 'Wei', language });
    await wei.page.getByRole('link', { name: t.nav.approvals }).click();
    await wei.page.locator('.waiting', { hasText: address }).getByRole('link', { name: t.approvals.see }).click();
    expect(await wei.page.locator('.change-lines').textContent()).toContain(`accept tcp 5432 from ${address}/32`);
    await wei.page.getByLabel(t.lease.decideWhy).fill('go ahead');
    await wei.page.getByRole('button', { name: t.lease.approve }).click();
    await wei.page.getByText(t.lease.done.approve).waitFor();
    await wei.leave();

    const { page } = lin;
    await page
      .locator('.crumb')
      .getByText(t.states.active ?? '', { exact: true })
      .waitFor();
    expect(await openTo(address)).toBe(1);
    const endBefore = await endOf(id);
    await page.getByRole('button', { name: t.lease.extend }).click();
    await page.locator('.act .ant-btn-primary').click();
    await page.getByText(t.lease.done.extend).waitFor();
    const endAfter = await endOf(id);
    await page.getByRole('button', { name: t.lease.end }).click();
    await page.getByRole('button', { name: t.lease.endDo }).click();
    await page.getByText(t.lease.done.end).waitFor();
    await page
      .locator('.crumb')
      .getByText(t.states.ended ?? '', { exact: true })
      .waitFor();
    expect(await openTo(address)).toBe(0);
    expect(endAfter).toBeGreaterThanOrEqual(endBefore);
    expect([lin.complaints, wei.complaints]).toEqual([[], []]);
    await lin.leave();

    const ada = await come({ person: 'Ada', language });
    await ada.go(`#/leases/${id}`);
    // The cloud's own request ids: one of the opening, one of the removal.
    await ada.page.locator('.story').getByText('requestId').nth(1).waitFor();
    await ada.page.getByRole('link', { name: t.nav.audit }).click();
    await ada.page.getByLabel(t.audit.lease, { exact: true }).fill(id);
    await ada.page.getByRole('button', { name: t.audit.search }).click();
    for (const kind of ['lease.approve', 'lease.extend', 'lease.end']) {
      await ada.page.getByText(kind, { exact: true }).first().waitFor();
    }
    await ada.page.getByRole('button', { name: t.audit.verify }).click();
    await ada.page.getByText(/\d+:[0-9a-f]{64}/).waitFor();
    expect(ada.complaints).toEqual([]);
    await ada.leave();
  }, 90_000);

  it('takes a request that nobody has to approve, and opens it at once', async () => {
    const lin = await come({ person: 'Lin', language });

    await askFor(lin, { group: 'sg-demo-web', port: '22', from: address });

    await lin.page
      .locator('.crumb')
      .getByText(t.states.active ?? '', { exact: true })
      .waitFor();
    expect(lin.complaints).toEqual([]);
    await lin.leave();
  }, 30_000);

  it('changes and removes a rule that is there, and puts back what was', async () => {
    const rule = { sourceCidrIp: `${address}/32`, portRange: '8443/8443', description: 'made by hand' };
    await stack.ecs().authorize([{ ipProtocol: 'tcp', policy: 'accept', priority: '5', ...rule }]);
    const lin = await come({ person: 'Lin', language });

    await choose(lin, 'modify');
    await lin.page.getByLabel(t.ask.priority).fill('7');
    await lin.page.locator('.plan ins').getByText('7', { exact: true }).waitFor();
    expect(await lin.stumbles()).toEqual([]);
    const changed = await send(lin);
    await until('the change', 15_000, async () => (String((await ruleOf())?.priority) === '7' ? true : undefined));
    await endThrough(changed);
    await until('its end', 15_000, async () => (String((await ruleOf())?.priority) === '5' ? true : undefined));

    await choose(lin, 'revoke');
    await lin.page.locator('.plan .removes').getByText(`${address}/32`).waitFor();
    const removed = await send(lin);
    await until('the removal', 15_000, async () => ((await ruleOf()) === undefined ? true : undefined));
    await endThrough(removed);
    await until('its return', 15_000, async () =>
      (await ruleOf())?.description === 'made by hand' ? true : undefined,
    );

    expect(lin.complaints).toEqual([]);
    await lin.leave();
  }, 90_000);

  /** By keys alone: the group’s rules are looked through by what is typed. */
  async function choose(lin: Visitor, action: 'modify' | 'revoke'): Promise<void> {
    await lin.go('#/ask?group=sg-demo-web&region=cn-hangzhou');
    await lin.page.getByText(t.ask.acts[action], { exact: true }).click();
    await lin.page.getByRole('combobox', { name: t.ask.named }).fill(`8443 from ${address}`);
    await lin.page.locator('.ant-select-item-option', { hasText: address }).waitFor();
    await lin.page.keyboard.press('Enter');
    await lin.page.keyboard.press('Escape');
  }

  async function send({ page }: Visitor): Promise<string> {
    await page.locator('.plan .verdict').getByText(t.plan.allowed, { exact: true }).waitFor();
    await page.getByRole('button', { name: t.ask.submit }).click();
    await page.waitForURL(/#\/leases\//);
    return page.url().split('/').at(-1) ?? '';
  }

  async function endThrough(id: string): Promise<void> {
    await until('it to be active', 15_000, async () => ((await stack.state(id)) === 'active' ? true : undefined));
    await stack.api(`/api/leases/${id}/end`, {});
    await until('it to be over', 20_000, async () => ((await stack.state(id)) === 'ended' ? true : undefined));
  }

  const ruleOf = async () =>
    (await stack.ecs().rules()).find((one) => one.sourceCidrIp === `${address}/32` && one.portRange === '8443/8443');

  /** Asks as a person would, reading the plan before; the id of the lease. */
  async function askFor({ page }: Visitor, want: { group: string; port: string; from: string }): Promise<string> {
    await page.getByRole('link', { name: t.nav.ask, exact: true }).first().click();
    await page.getByRole('combobox', { name: t.ask.group }).fill(want.group);
    await page.getByLabel(t.ask.region).fill('cn-hangzhou');
    await page.getByLabel(t.ask.ports).fill(want.port);
    await page.getByRole('textbox', { name: t.ask.from }).fill(want.from);
    await page.getByLabel(t.ask.reason).fill('restart the payment worker');
    const needsApproval = want.port === '5432';
    const verdict = needsApproval ? t.plan.approval(1) : t.plan.allowed;
    await page.locator('.plan .verdict').getByText(verdict, { exact: true }).waitFor();
    expect(await page.locator('.plan').textContent()).toContain(`accept tcp ${want.port} from ${want.from}/32`);
    await page.getByRole('button', { name: needsApproval ? t.ask.submitApproval : t.ask.submit }).click();
    await page.getByRole('heading', { level: 1, name: 'restart the payment worker' }).waitFor();
    return page.url().split('/').at(-1) ?? '';
  }
});

const endOf = async (id: string): Promise<number> => Date.parse(String((await stack.lease(id)).expiresAt));

/** What the cloud itself says: how many rules of the database's group let this address in. */
async function openTo(address: string): Promise<number> {
  const rules = await stack.ecs().rules({ securityGroupId: 'sg-demo-db' });
  return rules.filter(({ sourceCidrIp }) => sourceCidrIp === `${address}/32`).length;
}

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

  it('says that it is old while nobody answers, and goes on after a new log-in in another tab', async () => {
    const lin = await come({ person: 'Lin' });
    const context = lin.page.context();
    await lin.go('#/ask');
    await lin.page.getByLabel(en.ask.reason).fill('half a sentence');

    await context.setOffline(true);
    await lin.page.getByText(en.problem.unreachable).waitFor();
    await context.setOffline(false);
    await lin.page.getByText(en.problem.unreachable).waitFor({ state: 'detached' });

    await context.clearCookies();
    await lin.page.getByText(en.problem.expired).waitFor();
    expect(await lin.stumbles()).toEqual([]);
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      lin.page.getByRole('link', { name: en.problem.logInDo }).click(),
    ]);
    await tab.getByRole('button', { name: 'Lin', exact: true }).click();
    await tab.getByRole('heading', { level: 1, name: en.ask.title }).waitFor();

    await lin.page.getByText(en.problem.expired).waitFor({ state: 'detached' });
    expect(await lin.page.getByLabel(en.ask.reason).inputValue()).toBe('half a sentence');
    await lin.leave();
  }, 60_000);

  it('marks the field that is wrong, and no other', async () => {
    const lin = await come({ person: 'Lin' });
    await lin.go('#/ask?group=sg-demo-web&region=cn-hangzhou&port=22,99999&from=203.0.113.7');
    await lin.page.locator('.plan').getByText('INVALID_PORT_RANGE').waitFor();

    const wrong = (await lin.page.evaluate(
      '[...document.querySelectorAll("[aria-invalid=true]")].map((one) => one.labels[0].innerText)',
    )) as string[];

    expect(wrong).toEqual([expect.stringContaining(en.ask.ports)]);
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
