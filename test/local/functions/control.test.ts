import { describe, expect, it } from 'vitest';
import { fc3Invoke } from './sdk-clients.ts';
import { control, event, startTestHost, until } from './test-host.ts';

const ASYNC = { 'x-fc-invocation-type': 'Async' };
const CALL = { name: 'worker', body: '{"n":1}', headers: ASYNC };
const MINUTELY = { name: 'sweep', cron: '0 * * * * *', payload: '{"all":true}' };

const errorOf = (promise: Promise<unknown>): Promise<Record<string, unknown>> =>
  promise.then(
    () => ({}),
    (error) => error,
  );

describe('asynchronous invocations', () => {
  it('are tried again after a function error, with the count of the try in the context', async () => {
    const { host, recorded } = await startTestHost();
    await control(host, '/behaviour', { retryPauseMs: 5 });

    await host.invoke('worker', event({ failures: 2 }), { invocationType: 'Async' });
    await until(() => recorded().length === 3);

    expect(recorded().map((line) => line.retryCount)).toEqual([0, 1, 2]);
    expect(new Set(recorded().map((line) => line.requestId)).size).toBe(1);
  });

  it('are given up after three tries more', async () => {
    const { host, recorded } = await startTestHost({ timers: [{ ...MINUTELY, cron: '@every 5m' }] });
    await control(host, '/behaviour', { retryPauseMs: 1 });

    await host.invoke('worker', event({ failures: 99 }), { invocationType: 'Async' });
    await until(() => recorded().filter((line) => line.event.failures).length === 4);

    expect(Math.max(...recorded().map((line) => line.retryCount))).toBe(3);
  });

  it('may run twice', async () => {
    const { host, recorded } = await startTestHost();
    await control(host, '/behaviour', { deliverTwice: true });

    await host.invoke('worker', event({}), { invocationType: 'Async' });

    await until(() => recorded().length === 2);
  });
});

describe('timers', () => {
  it('fire once right at the start, with the event of a timer trigger', async () => {
    const { recorded } = await startTestHost({ timers: [MINUTELY] });

    await until(() => recorded().length > 0);

    expect(recorded()[0]?.event).toEqual({
      triggerTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      triggerName: 'sweep',
      payload: '{"all":true}',
    });
  });

  it('fire by their schedule', async () => {
    const { recorded } = await startTestHost({ timers: [{ ...MINUTELY, cron: '* * * * * *' }] });

    await until(() => recorded().length >= 3);
  });

  it('fire when asked, and the answer comes when the work is done', async () => {
    const { host, recorded } = await startTestHost({ timers: [{ ...MINUTELY, cron: '@every 1m' }] });
    await until(() => recorded().length === 1);

    const answer = await control(host, '/timers', { function: 'worker' });

    expect(recorded()).toHaveLength(2);
    expect(answer).toEqual({
      function: 'worker',
      fired: [{ triggerName: 'sweep', requestId: recorded()[1]?.requestId, status: 'Succeeded' }],
    });
  });

  it('of no function are 404', async () => {
    const { host } = await startTestHost();

    const response = await fetch(`${host.url}/_emulator/timers`, {
      method: 'POST',
      body: '{"function":"nobody"}',
    });

    expect(response.status).toBe(404);
  });

  it('with a schedule that nobody can read keep the host from starting', async () => {
    await expect(startTestHost({ timers: [{ ...MINUTELY, cron: '@every 0m' }] })).rejects.toThrow();
  });
});

describe('the controls', () => {
  it('list every call, but never what passed within the process', async () => {
    const { host } = await startTestHost();
    await host.invoke('worker', event({ do: 'echo', value: 'a token' }));
    await fc3Invoke(host.url, { ...CALL, headers: { ...ASYNC, 'x-fc-async-delay': '9' } });

    const { calls } = (await control(host, '/calls')) as { calls: unknown[] };

    expect(calls).toMatchObject([
      { action: 'InvokeFunction', parameters: { functionName: 'worker', origin: 'in-process' }, status: 200 },
      {
        action: 'InvokeFunction',
        parameters: { functionName: 'worker', invocationType: 'Async', delay: '9', event: '{"n":1}' },
        status: 202,
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain('a token');
  });

  it('describe the functions without their environment', async () => {
    const { host } = await startTestHost({ env: { SECRET: 'hidden' }, timers: [MINUTELY] });

    const text = JSON.stringify(await control(host, ''));

    expect(JSON.parse(text)).toMatchObject({ functions: [{ name: 'worker', timers: [MINUTELY] }] });
    expect(text).not.toContain('hidden');
  });

  it('arm faults that strike the next calls only', async () => {
    const { host, recorded } = await startTestHost();
    await control(host, '/faults', [
      { action: 'InvokeFunction', fault: 'throttle' },
      { action: 'InvokeFunction', fault: 'error', code: 'Odd', status: 502 },
      { action: 'InvokeFunction', fault: 'html-503' },
      { action: 'InvokeFunction', fault: 'reset-before-apply' },
    ]);

    const errors = [];
    for (let i = 0; i < 4; i += 1) errors.push(await errorOf(fc3Invoke(host.url, CALL)));

    expect(errors[0]).toMatchObject({ statusCode: 429, code: 'ResourceExhausted' });
    expect(errors[1]).toMatchObject({ statusCode: 502, code: 'Odd' });
    expect(errors[2]?.name).toBe('SyntaxError');
    expect(errors[3]?.statusCode).toBeUndefined();
    expect(recorded()).toEqual([]);
    expect(await fc3Invoke(host.url, CALL)).toMatchObject({ status: 202 });
  });

  it('arm faults that lose the answer of what was done', async () => {
    const { host, recorded } = await startTestHost();
    await control(host, '/faults', [
      { action: 'InvokeFunction', fault: 'reset-after-apply' },
      { action: 'InvokeFunction', fault: 'partial' },
      { action: 'InvokeFunction', fault: 'timeout-after-apply', delayMs: 50 },
    ]);

    const errors = [];
    for (let i = 0; i < 3; i += 1) errors.push(await errorOf(fc3Invoke(host.url, CALL)));

    await until(() => recorded().length === 3);
    expect(errors.map((error) => error.statusCode)).toEqual([undefined, 500, undefined]);
  });

  it('forget all of it on reset', async () => {
    const { host } = await startTestHost();
    await control(host, '/faults', [{ action: 'InvokeFunction', fault: 'throttle' }]);
    await control(host, '/behaviour', { delay: 'refuse' });

    await control(host, '/reset', {});

    expect(await control(host, '/calls')).toEqual({ calls: [] });
    const delayed = { ...CALL, headers: { ...ASYNC, 'x-fc-async-delay': '9' } };
    expect(await fc3Invoke(host.url, delayed)).toMatchObject({ status: 202 });
  });
});
