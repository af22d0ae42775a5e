import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYER, renderSYaml } from './render-s-yaml.ts';
import { isCron, type SYaml, sYamlSchema } from './s-yaml-schema.ts';

let rendered: SYaml;

beforeAll(async () => {
  rendered = sYamlSchema.parse(await renderSYaml());
});

/** The trouble that the schema finds in a copy with something else at one place; undefined takes it away. */
function troubleWith(place: string, planted: unknown): string {
  const copy: unknown = structuredClone(rendered);
  const keys = place.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((node, key) => Reflect.get(Object(node), key), copy);
  if (planted === undefined) Reflect.deleteProperty(Object(parent), last);
  else Reflect.set(Object(parent), last, planted);
  const issues = sYamlSchema.safeParse(copy).error?.issues ?? [];
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
}

describe('the deployment as it is', () => {
  it('gives every function its own bundle, name and role', () => {
    for (const [name, { props }] of Object.entries(rendered.resources)) {
      expect(props).toMatchObject({
        functionName: `curfew-${name}`,
        code: `./dist/${name}`,
        role: `acs:ram::${DEPLOYER.CURFEW_ACCOUNT}:role/curfew-${name}`,
      });
    }
  });

  it('sweeps every minute with each hand, tells of it as often, and compares every ten minutes', () => {
    const timers = Object.entries(rendered.resources).flatMap(([name, { props }]) =>
      props.triggers.flatMap((trigger) =>
        trigger.triggerType === 'timer' ? [[name, trigger.triggerConfig.cronExpression]] : [],
      ),
    );

    expect(Object.fromEntries(timers)).toEqual({
      intake: '0 */10 * * * *',
      grant: '0 * * * * *',
      revoke: '0 * * * * *',
      modify: '0 * * * * *',
      reconcile: '0 */10 * * * *',
      notify: '0 * * * * *',
    });
  });

  it('ends every run of a minutely hand before the next sweep, but not before its claims', () => {
    for (const name of ['grant', 'revoke', 'modify'] as const) {
      expect(rendered.resources[name].props.timeout).toBeGreaterThan(45);
      expect(rendered.resources[name].props.timeout).toBeLessThan(60);
    }
  });

  it('feeds grant and revoke from a queue each', () => {
    const queueOf = (name: 'grant' | 'revoke') =>
      rendered.resources[name].props.triggers.flatMap((trigger) =>
        trigger.triggerType === 'eventbridge'
          ? [trigger.triggerConfig.eventSourceConfig.eventSourceParameters.sourceMNSParameters.QueueName]
          : [],
      );

    expect(queueOf('grant')).toEqual(['curfew-requests']);
    expect(queueOf('revoke')).toEqual(['curfew-endings']);
  });

  it('never switches on what is for a laptop only', () => {
    expect(JSON.stringify(rendered)).not.toContain('CURFEW_LOCAL');
  });

  it('gives a reason beside every size, limit and count', async () => {
    const lines = (await readFile(new URL('../../s.yaml', import.meta.url), 'utf8')).split('\n');
    const figures = /^\s+(cpu|memorySize|timeout|reservedConcurrency|diskSize|maxAsync\w+|\w+Window): \d/;

    const bare = lines.filter((line, at) => figures.test(line) && !lines[at - 1]?.trim().startsWith('# '));

    expect(bare).toEqual([]);
  });

  it('refuses to render without the account', async () => {
    const { CURFEW_ACCOUNT: _, ...rest } = DEPLOYER;

    await expect(renderSYaml(rest)).rejects.toMatchObject({
      stdout: expect.stringContaining("env('CURFEW_ACCOUNT') not found"),
    });
  });
});

const GRANT = 'resources.grant.props';
const TIMER = `${GRANT}.triggers.0.triggerConfig`;
const STREAM = `${GRANT}.triggers.1.triggerConfig`;

describe('a planted fault', () => {
  it.each([
    ['a misspelt key', 'memroySize', `${GRANT}.memroySize`, 512],
    ['a runtime that is not sold', 'runtime', `${GRANT}.runtime`, 'nodejs22'],
    ['five cron fields', 'cronExpression', `${TIMER}.cronExpression`, '* * * * *'],
    ['a cron field out of range', 'cronExpression', `${TIMER}.cronExpression`, '0 61 * * * *'],
    ['a timer of nonsense', 'cronExpression', TIMER, { foo: 1 }],
    ['a timer that is off', 'enable', `${TIMER}.enable`, false],
    ['too much processor', '1:1 and 1:4', `${GRANT}.cpu`, 0.6],
    ['too little processor', '1:1 and 1:4', `${GRANT}.cpu`, 0.1],
    ['odd memory', 'memorySize', `${GRANT}.memorySize`, 500],
    ['no role', 'role', `${GRANT}.role`, undefined],
    ['a role in capitals', 'role', `${GRANT}.role`, 'acs:ram::1:role/Curfew-Grant'],
    ['the automatic role', 'role', `${GRANT}.role`, 'auto'],
    ['a stream that stops', 'errorsTolerance', `${STREAM}.runOptions.errorsTolerance`, 'NONE'],
    ['no dead letters', 'deadLetterQueue', `${STREAM}.runOptions.deadLetterQueue`, undefined],
    ['a window of minutes', 'TimeBasedWindow', `${STREAM}.runOptions.batchWindow.TimeBasedWindow`, 60],
    ['a pattern as an object', 'eventRuleFilterPattern', `${STREAM}.eventRuleFilterPattern`, {}],
    [
      'inner keys in camelCase',
      'queueName',
      `${STREAM}.eventSourceConfig.eventSourceParameters.sourceMNSParameters.queueName`,
      'curfew-requests',
    ],
    ['an unknown kind of trigger', 'triggerType', `${GRANT}.triggers.0.triggerType`, 'tmier'],
    ['no destination for failures', 'asyncInvokeConfig', `${GRANT}.asyncInvokeConfig`, undefined],
    ['a number as a variable', 'environmentVariables', `${GRANT}.environmentVariables.PORT`, 1],
    ['a function left out', 'modify', 'resources.modify', undefined],
  ])('is found: %s', (_name, named, place, planted) => {
    expect(troubleWith(place, planted)).toContain(named);
  });

  it('is the only thing that is found', () => {
    expect(troubleWith(`${GRANT}.timeout`, 50)).toBe('');
  });
});

it.each([
  ['0 * * * * *', true],
  ['@every 1m', true],
  ['CRON_TZ=Asia/Shanghai 0 0 4 1 * *', true],
  ['@every 30s', false],
  ['@every 0m', false],
  ['@daily', false],
  ['0 0 0 32 * *', false],
])('knows whether %s is a schedule: %s', (text, expected) => {
  expect(isCron(text)).toBe(expected);
});
