import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenBrowser, openBrowser } from '../../scripts/browser/open-browser.ts';
import { en } from '../../web/texts/en.ts';
import { zh } from '../../web/texts/zh.ts';
import { RunningStack, until } from '../support/running-stack.ts';
import { type Language, Visitor } from './visitor.ts';

const texts = { en, zh };
/** What the trail says of the alarm, which the page says in its own language. */
const alarms = { en: /what a lease did cannot be undone: Forbidden\.RAM/, zh: '租约所做的更改未能撤销' };
let stack: RunningStack;
let chromium: OpenBrowser;
let url: string;

/** A stack in which a rule that was widened by hand cannot be removed, long past its end. */
beforeAll(async () => {
  const starting = RunningStack.start();
  [stack, chromium] = await Promise.all([starting.then((one) => one.ready()), openBrowser()]);
  ({ url } = await stack.file());
  const ecs = stack.ecs();
  const refuse = { action: 'RevokeSecurityGroup', fault: 'error', code: 'Forbidden.RAM', status: 403, times: 10_000 };
  await ecs.control('/faults', [refuse]);
  const { body } = await stack.api('/api/leases', {
    target: { cloud: 'ecs', regionId: 'cn-hangzhou', securityGroupId: 'sg-demo-web' },
    rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: '203.0.113.77/32' }],
    duration: 'PT3S',
    reason: 'will not go home',
  });
  const { id } = body.lease as { id: string };
  await until('it to be stuck', 60_000, async () => ((await stack.state(id)) === 'stuck' ? true : undefined));
  const ours = (await ecs.rules()).find(({ sourceCidrIp }) => sourceCidrIp === '203.0.113.77/32');
  const { securityGroupRuleId, description } = ours ?? {};
  const wide = { portRange: '22/22', ipProtocol: 'tcp', policy: 'accept', sourceCidrIp: '203.0.113.0/24' };
  await ecs.modify({ securityGroupRuleId, description, ...wide });
  // A rule that was touched a moment ago is not judged yet.
  await until('the drift', 60_000, async () => {
    await stack.fire('reconcile');
    return ((await stack.api('/api/drift')).body.drift as unknown[]).length > 0 ? true : undefined;
  });
}, 180_000);

afterAll(async () => {
  await chromium?.close();
  await stack?.stop();
  stack?.remove();
});

describe.each(['en', 'zh'] as const)('the page in %s, when something is wrong', (language: Language) => {
  const t = texts[language];

  it('says so before anything else, and leads to what is stuck and what differs', async () => {
    const lin = await Visitor.come(chromium.browser, url, { person: 'Lin', language });
    const alerts = lin.page.getByRole('region', { name: t.attention.label }).getByRole('alert');
    await alerts.nth(1).waitFor();
    await alerts.getByText('sg-demo-web: accept tcp 22 from 203.0.113.77/32').waitFor();

    const told = await alerts.allTextContents();
    const order = (await lin.page.evaluate(
      '[...document.querySelectorAll(".attention, .card")].map((one) => one.className)',
    )) as string[];

    expect(told).toEqual([
      expect.stringContaining(t.attention.stuck(1)),
      expect.stringContaining(t.attention.drift(1)),
    ]);
    expect(told[1]).toContain(t.drift.RULE_WIDENED);
    expect([order[0], order.length]).toEqual(['attention', 3]);
    expect(await lin.stumbles()).toEqual([]);

    await alerts.first().getByRole('link', { name: t.attention.look }).click();
    await lin.page.getByRole('heading', { level: 1, name: t.watch.title }).waitFor();
    const [first, second] = await lin.page.locator('main .card').allTextContents();
    expect(first).toContain(t.states.stuck);
    expect(second).toContain('RULE_WIDENED');
    expect(second).toContain(t.repairs.revoked);

    await lin.page.locator('main .card').first().getByRole('link').first().click();
    await lin.page.locator('.change-lines').getByText('Forbidden.RAM', { exact: true }).waitFor();
    await lin.page.locator('.story').getByText(alarms[language]).first().waitFor();
    expect(await lin.stumbles()).toEqual([]);
    expect(lin.complaints).toEqual([]);
    await lin.leave();
  }, 60_000);
});

/** What the visitor sees: colours as red, green, blue. */
const coloursOf = (selector: string) => `(() => {
  const { color, backgroundColor } = getComputedStyle(document.querySelector('${selector}'));
  return [color, backgroundColor].map((one) => one.match(/[\\d.]+/g).slice(0, 3).map(Number));
})()`;
const brightness = ([red = 0, green = 0, blue = 0]: readonly number[]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

describe('the page', () => {
  it.each([
    ['light', false],
    ['dark', true],
  ] as const)(
    'is %s where the visitor’s system is',
    async (theme, isDark) => {
      const lin = await Visitor.come(chromium.browser, url, { person: 'Lin', language: 'zh', theme });

      for (const selector of ['body', '.card', '.ant-table-thead th', '.ant-alert-error', '.ant-segmented-item']) {
        await lin.page.locator(selector).first().waitFor();
        const [text = [], ground = []] = (await lin.page.evaluate(coloursOf(selector))) as number[][];
        expect([selector, brightness(text) > 128]).toEqual([selector, isDark]);
        // What is see-through shows what lies behind it.
        if (ground.some((one) => one > 0)) expect([selector, brightness(ground) > 128]).toEqual([selector, !isDark]);
      }
      await lin.leave();
    },
    30_000,
  );

  it('says everything in Chinese but names, times and what people wrote', async () => {
    const lin = await Visitor.come(chromium.browser, url, { person: 'Wei', language: 'zh' });
    const english = new Set(Object.values(en.nav).concat(Object.values(en.columns), Object.values(en.states)));

    for (const view of ['#/', '#/ask', '#/approvals', '#/watch', '#/nowhere']) {
      await lin.page.goto(`${url}/${view}`);
      await lin.page.locator('main h1, main h2').first().waitFor();
      const words = (await lin.page.evaluate(
        '[...document.querySelectorAll("h1, h2, th, label, legend, button, nav a, .lead")].map((one) => one.innerText.trim())',
      )) as string[];
      const foreign = words.filter((word) => /[A-Za-z]{2}/.test(word) && !/[\\u4e00-\\u9fff]/.test(word));
      expect([view, foreign.filter((word) => !['English'].includes(word))]).toEqual([view, []]);
      expect(words.filter((word) => english.has(word))).toEqual([]);
    }
    await lin.leave();
  }, 60_000);

  it('shows the way to Chinese in letters that are there', async () => {
    const lin = await Visitor.come(chromium.browser, url, { person: 'Lin' });

    // Letters that are missing are all drawn alike.
    const [first, second] = (await lin.page.evaluate(`[...'中文'].map((letter) => {
      const canvas = document.createElement('canvas');
      const pen = canvas.getContext('2d');
      pen.font = '40px ' + getComputedStyle(document.body).fontFamily;
      pen.fillText(letter, 10, 60);
      return canvas.toDataURL();
    })`)) as string[];

    expect(first).not.toBe(second);
    await lin.leave();
  });
});
