import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, event, fixture, json, REGION, startTestHost, until } from './test-host.ts';

const instanceOf = async (host: Awaited<ReturnType<typeof startTestHost>>['host'], ms = 0) =>
  json((await host.invoke('worker', event({ do: 'instance', ms }))).body);

describe('instances of a function', () => {
  it('answers with what the handler returns: bytes as they are, objects as JSON, the rest as text', async () => {
    const { host } = await startTestHost();

    const bodies = await Promise.all(
      ['bytes', 'text', 'nothing'].map(async (op) => (await host.invoke('worker', event({ do: op }))).body),
    );
    const object = await host.invoke('worker', event({ do: 'echo', value: { a: [1] } }));

    expect(bodies).toEqual([Buffer.from([0, 1, 255]), Buffer.from('plain text'), Buffer.alloc(0)]);
    expect(object.status).toBe(200);
    expect(object.body.toString()).toBe('{"a":[1]}');
    expect(object.headers['x-fc-request-id']).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/);
  });

  it('hands over the context of the platform', async () => {
    const { host } = await startTestHost();

    const answer = await host.invoke('worker', event({ do: 'context' }));

    expect(json(answer.body)).toEqual({
      requestId: answer.headers['x-fc-request-id'],
      credentials: { accessKeyId: 'local', accessKeySecret: 'local-secret', securityToken: '' },
      function: { name: 'worker', handler: 'index.handler', memory: 128, timeout: 10 },
      service: { logProject: 'local', logStore: 'default-logs', qualifier: 'LATEST' },
      region: REGION,
      accountId: ACCOUNT,
      retryCount: 0,
      tracing: { openTracingSpanBaggages: {} },
      callbackWaitsForEmptyEventLoop: false,
      logger: ['requestId', 'debug', 'info', 'warn', 'error', 'log'],
    });
  });

  it('shows a function a clean environment and its own variables', async () => {
    process.env.CURFEW_SECRET_OF_THE_HOST = 'x';
    const { host } = await startTestHost({ env: { MINE: '1', NODE_OPTIONS: '--no-warnings' } });

    const seen = json((await host.invoke('worker', event({ do: 'environment' }))).body);

    delete process.env.CURFEW_SECRET_OF_THE_HOST;
    expect(seen).toMatchObject({ MINE: '1', TZ: 'UTC', FC_FUNCTION_NAME: 'worker', PATH: process.env.PATH });
    expect(seen).not.toHaveProperty('CURFEW_SECRET_OF_THE_HOST');
    expect(seen).not.toHaveProperty('NODE_OPTIONS');
    expect(seen).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
  });

  it('reuses a warm instance', async () => {
    const { host } = await startTestHost();

    const first = await instanceOf(host);
    const second = await instanceOf(host);

    expect(second).toEqual({ pid: first.pid, served: 2 });
  });

  it('gives each instance one request at a time and queues what exceeds the instances', async () => {
    const { host } = await startTestHost({ instancesMax: 2 });

    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => instanceOf(host, 50)));

    expect(new Set(answers.map((answer) => answer.pid)).size).toBe(2);
    expect(answers.every((answer) => typeof answer.served === 'number')).toBe(true);
  });

  it('ends an instance that was idle for its time', async () => {
    const { host } = await startTestHost({}, { instanceIdleMs: 30 });

    const { pid } = await instanceOf(host);
    await until(() => !isAlive(Number(pid)));

    expect((await instanceOf(host)).pid).not.toBe(pid);
  });

  it('answers a function error when the handler throws, and keeps the instance', async () => {
    const { host } = await startTestHost();
    const before = await instanceOf(host);

    const answer = await host.invoke('worker', event({ do: 'fail' }));

    expect(answer).toMatchObject({ status: 200, errorType: 'UnhandledInvocationError' });
    expect(json(answer.body)).toMatchObject({ errorMessage: 'it broke', errorType: 'TypeError' });
    expect((await instanceOf(host)).pid).toBe(before.pid);
  });

  it('answers a function error when the process exits, and starts another for the next request', async () => {
    const { host } = await startTestHost({ instancesMax: 1 });

    const [answer, next] = await Promise.all([host.invoke('worker', event({ do: 'exit' })), instanceOf(host)]);

    expect(answer).toMatchObject({ status: 200, errorType: 'UnhandledInvocationError' });
    expect(json(answer.body).errorMessage).toContain('exited unexpectedly');
    expect(next.served).toBe(1);
  });

  it('kills an instance that takes longer than its timeout', async () => {
    const { host } = await startTestHost({ timeoutSeconds: 0.2 });
    const { pid } = await instanceOf(host);

    const answer = await host.invoke('worker', event({ do: 'hang' }));

    expect(json(answer.body).errorMessage).toBe('Function timed out after 0.2 seconds');
    await until(() => !isAlive(Number(pid)));
  });

  it('answers a function error when the bundle does not load', async () => {
    const { host } = await startTestHost({ bundlePath: fixture('broken') });

    const answer = await host.invoke('worker', event({}));

    expect(json(answer.body)).toMatchObject({ errorMessage: 'cannot load', errorType: 'RangeError' });
  });

  it('understands a handler of the callback form, whose errors are handled ones', async () => {
    const { host } = await startTestHost({ bundlePath: fixture('callback') });

    const good = await host.invoke('worker', Buffer.from('go'));
    const bad = await host.invoke('worker', Buffer.from('fail'));

    expect(good.body.toString()).toBe('called back');
    expect(bad.errorType).toBe('HandledInvocationError');
    expect(json(bad.body).errorMessage).toBe('told by callback');
  });

  it('forwards output line by line, with the prefix of the platform for its logger only', async () => {
    const { host, lines } = await startTestHost();

    const answer = await host.invoke('worker', event({ do: 'log' }));
    await until(() => lines.length >= 2);

    expect(lines[0]).toBe('{"level":"info"}');
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \S+ \[warning\] take care$/);
    expect(lines[1]).toContain(answer.headers['x-fc-request-id']);
  });

  it('lets running work finish when the host closes', async () => {
    const { host } = await startTestHost();
    await instanceOf(host);

    const running = instanceOf(host, 300);
    await host.close();

    expect(await running).toMatchObject({ served: 2 });
    expect((await host.invoke('worker', event({ do: 'instance' }))).status).toBe(503);
  });

  it('leaves no instance behind when its host is killed', async () => {
    const script = fileURLToPath(new URL('./fixtures/parent.ts', import.meta.url));
    const parent = spawn(process.execPath, ['bin/run.js', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(parent.stdout, 'data');
    const { pid } = json(line);

    parent.kill('SIGKILL');

    await until(() => !isAlive(Number(pid)));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
