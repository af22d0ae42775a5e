import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { defineHandler, type HandlerOptions } from '../../../shared/runtime/define-handler.ts';
import type { Platform } from '../../../shared/runtime/platform.ts';

const env = { CURFEW_LOCAL: '1' };

function trial(over: Partial<HandlerOptions<Platform>> = {}) {
  const lines: string[] = [];
  const handler = defineHandler<Platform>({
    name: 'grant',
    connect: (platform) => platform,
    run: async () => ({ answer: { ok: true } }),
    env,
    write: (line) => lines.push(line),
    ...over,
  });
  return {
    handler,
    results: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => lines.join(''),
  };
}

describe('a handler', () => {
  it('answers what run returns and ends with one result line', async () => {
    const { handler, results } = trial({
      run: async ({ event, log }) => {
        log.event('info', 'working');
        return { answer: { got: event.toString() }, summary: { opened: 2 } };
      },
    });

    const answer = await handler(Buffer.from('hello'), { requestId: '1-x' });

    expect(answer).toEqual({ got: 'hello' });
    expect(results().map((line) => line.message)).toEqual(['working', 'result']);
    expect(results()[1]).toMatchObject({
      level: 'info',
      function: 'grant',
      requestId: '1-x',
      opened: 2,
      durationMs: expect.any(Number),
      isColdStart: true,
    });
  });

  it('connects once an instance, and again after a failure', async () => {
    let connects = 0;
    const { handler } = trial({
      connect: (platform) => {
        connects += 1;
        if (connects === 1) throw new AppError('LEDGER_UNAVAILABLE', 'away', { retryable: true });
        return platform;
      },
    });

    await expect(handler(Buffer.alloc(0), {})).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await handler(Buffer.alloc(0), {});
    await handler(Buffer.alloc(0), {});

    expect(connects).toBe(2);
  });

  it('throws to the platform only what its retry could mend, without causes', async () => {
    const cause = new Error('secret inside');
    const { handler, results } = trial({
      run: async () => {
        throw new AppError('SECRET_UNAVAILABLE', 'later', { retryable: true, cause });
      },
    });

    const thrown = await handler(Buffer.alloc(0), {}).catch((error: unknown) => error);

    expect(thrown).toMatchObject({ code: 'SECRET_UNAVAILABLE', message: 'later' });
    expect(thrown).not.toHaveProperty('cause');
    expect(results()).toHaveLength(1);
    expect(results()[0]).toMatchObject({ level: 'error', message: 'result', code: 'SECRET_UNAVAILABLE' });
  });

  it('throws every failure at the platform, and does not tell what others say in theirs', async () => {
    const deliberate = trial({
      run: async () => {
        throw new AppError('INVALID_CONFIG', 'line 3');
      },
    });
    const unexpected = trial({
      run: async () => {
        throw new TypeError('x.y is undefined');
      },
    });

    await expect(deliberate.handler(Buffer.alloc(0), {})).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: 'line 3',
    });
    const thrown = await unexpected.handler(Buffer.alloc(0), {}).catch((error: Error) => error);
    expect(String((thrown as Error).message)).not.toContain('undefined');
    expect(unexpected.results()[0]).toMatchObject({ code: 'INTERNAL_ERROR', error: { message: 'x.y is undefined' } });
  });

  it('lets an HTTP function answer failures in its own form', async () => {
    const { handler } = trial({
      run: async () => {
        throw new AppError('LEDGER_UNAVAILABLE', 'away', { retryable: true });
      },
      answerProblem: (problem) => ({ statusCode: problem.isRetryable ? 503 : 500 }),
    });

    expect(await handler(Buffer.alloc(0), {})).toEqual({ statusCode: 503 });
  });

  it('names settings that are wrong', async () => {
    const { handler } = trial({ env: {} });

    await expect(handler(Buffer.alloc(0), {})).rejects.toMatchObject({ code: 'INVALID_SETTINGS' });
  });

  it('uses the credentials of the invocation at hand', async () => {
    const seen: string[] = [];
    const { handler, text } = trial({
      run: async ({ deps, log }) => {
        const { accessKeyId, accessKeySecret } = deps.credentials();
        seen.push(accessKeyId);
        log.event('info', `careless: ${accessKeySecret}`);
        return { answer: null };
      },
    });
    const credentials = (n: number) => ({
      accessKeyId: `key-${n}`,
      accessKeySecret: `canary-secret-${n}`,
      securityToken: 't',
    });

    await handler(Buffer.alloc(0), { credentials: credentials(1) });
    await handler(Buffer.alloc(0), { credentials: credentials(2) });

    expect(seen).toEqual(['key-1', 'key-2']);
    expect(text()).not.toContain('canary-secret');
  });

  it('falls back to the credentials of the environment, and says when there are none', async () => {
    const run: HandlerOptions<Platform>['run'] = async ({ deps }) => ({ answer: deps.credentials().accessKeyId });
    const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'local', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'local-secret' };

    expect(await trial({ run, env: { ...env, ...keys } }).handler(Buffer.alloc(0), { credentials: {} })).toBe('local');
    await expect(trial({ run }).handler(Buffer.alloc(0))).rejects.toMatchObject({ code: 'NO_CREDENTIALS' });
  });

  it('knows how long it may still run', async () => {
    const { handler } = trial({ run: async ({ remainingMs }) => ({ answer: remainingMs() }) });

    const left = Number(await handler(Buffer.alloc(0), { function: { timeout: 10 } }));

    expect(left).toBeGreaterThan(9000);
    expect(left).toBeLessThanOrEqual(10_000);
  });

  it('keeps the lines of invocations apart that run at once', async () => {
    const { handler, results } = trial({
      run: async ({ deps, log }) => {
        await deps.clock.sleep(5);
        log.event('info', 'after');
        return { answer: null };
      },
    });

    await Promise.all([handler(Buffer.alloc(0), { requestId: 'a' }), handler(Buffer.alloc(0), { requestId: 'b' })]);

    expect(
      results()
        .map((line) => line.requestId)
        .sort(),
    ).toEqual(['a', 'a', 'b', 'b']);
  });
});
