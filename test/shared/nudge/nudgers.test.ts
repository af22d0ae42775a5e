import { describe, expect, it } from 'vitest';
import { CredentialRegistry } from '../../../local/clouds/wire/credentials.ts';
import { Fc2Nudger } from '../../../shared/nudge/fc2-nudger.ts';
import { Fc3Nudger } from '../../../shared/nudge/fc3-nudger.ts';
import { noNudger } from '../../../shared/nudge/no-nudger.ts';
import type { NudgerOptions } from '../../../shared/nudge/nudger-options.ts';
import type { Wake } from '../../../shared/reconcile/nudge-port.ts';
import { ACCOUNT, control, fixture, KEYS, REGION, startTestHost, until } from '../../local/functions/test-host.ts';

const TARGET = {
  cloud: 'ecs',
  account: 'default',
  regionId: REGION,
  securityGroupId: 'sg-demo-web',
} as const;
const SECOND = 1000;
const wake = (atMs: number, more: Partial<Wake> = {}): Wake => ({
  hand: 'revoke',
  target: TARGET,
  atMs,
  ...more,
});

type Call = { parameters: Record<string, string>; status: number | null };

async function start(options: Partial<NudgerOptions> = {}) {
  const env = {};
  const spec = { bundlePath: fixture('callback'), env, timeoutSeconds: 5, memoryMb: 128 };
  const names = ['revoke', 'grant', 'modify', 'team-revoke'];
  const { host } = await startTestHost({}, { functions: names.map((name) => ({ ...spec, name })) });
  const events: Record<string, unknown>[] = [];
  const settings: NudgerOptions = {
    endpoint: host.url,
    accountId: ACCOUNT,
    region: REGION,
    credentials: () => KEYS,
    timeoutMs: 2000,
    log: { event: (level, message, fields) => events.push({ level, message, ...fields }) },
    ...options,
  };
  const calls = async (): Promise<Call[]> => ((await control(host, '/calls')) as { calls: Call[] }).calls;
  return { host, settings, calls, events };
}

describe.each([
  ['Fc2Nudger', Fc2Nudger],
  ['Fc3Nudger', Fc3Nudger],
])('%s', (_name, Nudger) => {
  const nowMs = Math.floor(Date.now() / SECOND) * SECOND;

  it('asks for an asynchronous invocation at the second of the wake', async () => {
    const { settings, calls } = await start();

    const accepted = await new Nudger(settings).nudge([wake(nowMs + 60 * SECOND)], nowMs + 300);

    expect(accepted).toBe(1);
    const [call] = await calls();
    expect(call).toMatchObject({
      status: 202,
      parameters: { functionName: 'revoke', invocationType: 'Async', delay: '59' },
    });
    expect(call?.parameters).not.toHaveProperty('taskId');
    expect(JSON.parse(call?.parameters.event ?? '')).toEqual({
      type: 'curfew.wake',
      hand: 'revoke',
      target: TARGET,
      at: `${new Date(nowMs + 60 * SECOND).toISOString().slice(0, 19)}Z`,
    });
  });

  it('asks at once for what is due or due within a second', async () => {
    const { settings, calls } = await start({ useTaskIds: true });

    const accepted = await new Nudger(settings).nudge([wake(nowMs), wake(nowMs + SECOND)], nowMs + 10);

    expect(accepted).toBe(2);
    for (const { parameters } of await calls()) {
      expect(parameters).not.toHaveProperty('delay');
      expect(parameters).not.toHaveProperty('taskId');
    }
  });

  it('asks once for each hand, group and second, and not at all for more than an hour ahead', async () => {
    const { settings, calls } = await start({ functionPrefix: '' });
    const soon = nowMs + 600 * SECOND;
    const other = { ...TARGET, securityGroupId: 'sg-demo-db' };

    const accepted = await new Nudger(settings).nudge(
      [
        wake(soon),
        wake(soon),
        wake(soon, { hand: 'grant' }),
        wake(soon, { target: other }),
        wake(nowMs + 3600 * SECOND),
      ],
      nowMs,
    );

    expect(accepted).toBe(3);
    expect((await calls()).map(({ parameters }) => parameters.functionName).sort()).toEqual([
      'grant',
      'revoke',
      'revoke',
    ]);
  });

  it('counts a task id that is known already as accepted', async () => {
    const { settings, calls } = await start({ useTaskIds: true });
    const soon = [wake(nowMs + 600 * SECOND)];

    const first = await new Nudger(settings).nudge(soon, nowMs);
    const second = await new Nudger(settings).nudge(soon, nowMs);

    expect([first, second]).toEqual([1, 1]);
    expect((await calls()).map(({ status }) => status)).toEqual([202, 409]);
    expect((await calls())[0]?.parameters.taskId).toMatch(/^revoke-\d+-[0-9a-f]{32}$/);
  });

  it('invokes functions of a prefix', async () => {
    const { settings, calls } = await start({ functionPrefix: 'team-' });

    await new Nudger(settings).nudge([wake(nowMs)], nowMs);

    expect((await calls())[0]?.parameters.functionName).toBe('team-revoke');
  });

  it('tries once more after a lost connection or a throttle', async () => {
    const { host, settings, events } = await start();
    await control(host, '/faults', [{ action: 'InvokeFunction', fault: 'reset-before-apply' }]);
    const afterReset = await new Nudger(settings).nudge([wake(nowMs)], nowMs);
    await control(host, '/faults', [{ action: 'InvokeFunction', fault: 'throttle' }]);
    const afterThrottle = await new Nudger(settings).nudge([wake(nowMs)], nowMs);

    expect([afterReset, afterThrottle]).toEqual([1, 1]);
    expect(events).toEqual([]);
  });

  it('gives up without throwing, says which wake, and shows no secret', async () => {
    const { settings, events, calls } = await start({
      credentials: () => ({ accessKeyId: 'local', accessKeySecret: 'not-the-secret' }),
    });

    const accepted = await new Nudger(settings).nudge([wake(nowMs)], nowMs);

    expect(accepted).toBe(0);
    expect(await calls()).toHaveLength(1);
    expect(events).toMatchObject([
      { level: 'warn', code: 'NUDGE_FAILED', hand: 'revoke', securityGroupId: 'sg-demo-web', status: 403 },
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('gives up when nothing listens, or when no answer comes in time', async () => {
    const { host, settings } = await start({ timeoutMs: 200 });
    await control(host, '/faults', [
      { action: 'InvokeFunction', fault: 'timeout-after-apply', delayMs: 1500, times: 9 },
    ]);

    const silent = await new Nudger(settings).nudge([wake(nowMs)], nowMs);
    const absent = await new Nudger({ ...settings, endpoint: 'http://127.0.0.1:9' }).nudge([wake(nowMs)], nowMs);
    const unnamed = await new Nudger({
      ...settings,
      credentials: () => {
        throw new Error('no credentials');
      },
    }).nudge([wake(nowMs)], nowMs);

    expect([silent, absent, unnamed]).toEqual([0, 0, 0]);
  });

  it('keeps at most eight requests in flight', async () => {
    const { host, settings, calls } = await start();
    await control(host, '/behaviour', { latencyMs: 300 });
    const wakes = Array.from({ length: 20 }, (_, i) => wake(nowMs + (i + 10) * SECOND));

    const nudged = new Nudger(settings).nudge(wakes, nowMs);
    let seen: Call[] = [];
    await until(() => {
      void calls().then((list) => {
        seen = list;
      });
      return seen.length >= 8;
    });

    expect(seen).toHaveLength(8);
    expect(await nudged).toBe(20);
  });

  it('signs with temporary credentials', async () => {
    const temporary = new CredentialRegistry().issue('STS.role', ACCOUNT, Date.now() + 60 * SECOND);
    const { settings } = await start({ credentials: () => temporary });

    expect(await new Nudger(settings).nudge([wake(nowMs)], nowMs)).toBe(1);
  });
});

describe('noNudger', () => {
  it('accepts nothing', async () => {
    expect(await noNudger.nudge([wake(0)], 0)).toBe(0);
  });
});
