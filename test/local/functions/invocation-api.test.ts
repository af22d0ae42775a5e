import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { fc2Client, fc3Invoke } from './sdk-clients.ts';
import { control, event, startTestHost, until } from './test-host.ts';

const PATH = '/functions/worker/invocations';
const ECHO = JSON.stringify({ do: 'echo', value: { a: 1 } });
const ASYNC = { 'x-fc-invocation-type': 'Async' };

const errorOf = (promise: Promise<unknown>): Promise<Record<string, unknown>> =>
  promise.then(
    () => ({}),
    (error) => error,
  );

describe('the client @alicloud/fc20230330', () => {
  it('invokes and reads the answer', async () => {
    const { host } = await startTestHost();

    const answer = await fc3Invoke(host.url, { name: 'worker', body: ECHO, qualifier: 'LATEST' });

    expect(answer).toMatchObject({ status: 200, body: '{"a":1}' });
    expect(answer.headers['x-fc-request-id']).toMatch(/^1-/);
  });

  it('sees a function error as 200 with its type in a header', async () => {
    const { host } = await startTestHost();

    const answer = await fc3Invoke(host.url, { name: 'worker', body: '{"do":"fail"}' });

    expect(answer.headers['x-fc-error-type']).toBe('UnhandledInvocationError');
    expect(JSON.parse(answer.body)).toMatchObject({ errorMessage: 'it broke', errorType: 'TypeError' });
  });

  it('gets 202 for an asynchronous invocation, which runs later', async () => {
    const { host, recorded } = await startTestHost();

    const answer = await fc3Invoke(host.url, { name: 'worker', body: '{"n":1}', headers: ASYNC });
    await until(() => recorded().length === 1);

    expect(answer).toMatchObject({ status: 202, body: '' });
    expect(recorded()[0]).toMatchObject({ requestId: answer.headers['x-fc-request-id'], event: { n: 1 } });
  });

  it('has a delayed invocation run at its second', async () => {
    const { host, recorded } = await startTestHost();
    await host.invoke('worker', event({ do: 'instance' }));

    const sentAtMs = Date.now();
    await fc3Invoke(host.url, {
      name: 'worker',
      body: '{}',
      headers: { ...ASYNC, 'x-fc-async-delay': '1' },
    });
    const acceptedAtMs = Date.now();
    await until(() => recorded().length === 1);

    const ranAtMs = recorded()[0]?.at ?? 0;
    expect(ranAtMs - sentAtMs).toBeGreaterThanOrEqual(1000);
    // Some 20 ms in truth; the rest is for a busy machine.
    expect(ranAtMs - acceptedAtMs).toBeLessThan(1500);
  });

  it('is refused a task id that was taken before', async () => {
    const { host, recorded } = await startTestHost();
    const call = { name: 'worker', body: '{}', headers: { ...ASYNC, 'x-fc-async-task-id': 'lease-1' } };

    const first = await fc3Invoke(host.url, call);
    const error = await errorOf(fc3Invoke(host.url, call));
    await until(() => recorded().length === 1);

    expect(first.headers['x-fc-async-task-id']).toBe('lease-1');
    expect(error).toMatchObject({ statusCode: 409, code: 'StatefulAsyncInvocationAlreadyExists' });
  });

  it('is told of an unknown function and of a wrong secret', async () => {
    const { host } = await startTestHost();

    const unknown = await errorOf(fc3Invoke(host.url, { name: 'nobody', body: ECHO }));
    const wrong = await errorOf(fc3Invoke(host.url, { name: 'worker', body: ECHO }, 'other-secret'));

    expect(unknown).toMatchObject({ statusCode: 404, code: 'FunctionNotFound' });
    expect(wrong).toMatchObject({ statusCode: 403, code: 'SignatureNotMatch' });
  });

  it('cannot set a delay that the platform does not have', async () => {
    const { host } = await startTestHost();

    const errors = await Promise.all(
      ['0', '3600', '1.5', 'soon'].map((delay) =>
        errorOf(
          fc3Invoke(host.url, {
            name: 'worker',
            body: '{}',
            headers: { ...ASYNC, 'x-fc-async-delay': delay },
          }),
        ),
      ),
    );

    expect(errors.map((error) => error.statusCode)).toEqual([400, 400, 400, 400]);
  });

  it('is refused an asynchronous event of more than 128 KB, which is fine when synchronous', async () => {
    const { host } = await startTestHost();
    const body = JSON.stringify({ do: 'text', filler: 'x'.repeat(128 * 1024) });

    const error = await errorOf(fc3Invoke(host.url, { name: 'worker', body, headers: ASYNC }));
    const sync = await fc3Invoke(host.url, { name: 'worker', body });

    expect(error).toMatchObject({ statusCode: 413 });
    expect(sync.body).toBe('plain text');
  });
});

describe('the client @alicloud/fc2', () => {
  it('invokes on the API of 2023 with its own signature', async () => {
    const { host } = await startTestHost();

    const answer = await fc2Client(host.url).post(PATH, ECHO);

    expect(answer.data).toEqual({ a: 1 });
  });

  it('invokes on the API of 2016, whose service names nothing here', async () => {
    const { host } = await startTestHost();
    const client = fc2Client(host.url, 'local-secret', '2016-08-15');

    const answer = await client.invokeFunction('any', 'worker', ECHO, {}, 'LATEST');
    const error = await errorOf(client.invokeFunction('any', 'nobody', ECHO));

    expect(answer.data).toEqual({ a: 1 });
    expect(error).toMatchObject({ code: 'FunctionNotFound', name: 'FCFunctionNotFoundError' });
  });

  it('does not understand the error fields of 2023, except for the status in its text', async () => {
    const { host } = await startTestHost();
    const client = fc2Client(host.url);

    const error = await errorOf(client.post('/functions/nobody/invocations', ECHO));
    await control(host, '/behaviour', { errorFields: 'ErrorCode' });
    const other = await errorOf(client.post('/functions/nobody/invocations', ECHO));

    expect(error.code).toBeUndefined();
    expect(error.message).toContain('failed with 404');
    expect(other.code).toBe('FunctionNotFound');
  });

  it('delays, and is refused a task id that was taken before, in either header', async () => {
    const { host } = await startTestHost();
    const client = fc2Client(host.url);
    const delayed = { ...ASYNC, 'x-fc-async-delay': '600' };

    const first = await client.post(PATH, '{}', { ...delayed, 'x-fc-async-task-id': 'a' });
    const second = await errorOf(client.post(PATH, '{}', { ...delayed, 'x-fc-async-task-id': 'a' }));
    const old = await errorOf(client.post(PATH, '{}', { ...ASYNC, 'x-fc-stateful-async-invocation-id': 'a' }));

    expect(first.headers['x-fc-async-task-id']).toBe('a');
    expect(second.message).toContain('failed with 409');
    expect(old.message).toContain('failed with 409');
  });

  it('is refused with a wrong secret, a foreign account, or where its signature is not taken', async () => {
    const { host } = await startTestHost();

    const wrong = await errorOf(fc2Client(host.url, 'other-secret').post(PATH, ECHO));
    const foreign = await errorOf(fc2Client(host.url).post(PATH, ECHO, { 'x-fc-account-id': '7' }));
    await control(host, '/behaviour', { fcSignatureOn2023: false });
    const untaken = await errorOf(fc2Client(host.url).post(PATH, ECHO));

    for (const error of [wrong, foreign, untaken]) expect(error.message).toContain('failed with 403');
  });
});

describe('whoever does not sign, or not what arrives', () => {
  it('is refused, as are paths that are none of the API', async () => {
    const { host } = await startTestHost();

    const unsigned = await fetch(`${host.url}/2023-03-30${PATH}`, { method: 'POST', body: ECHO });
    const noPath = await fetch(`${host.url}/2023-03-30/functions`, { method: 'POST' });

    expect(unsigned.status).toBe(400);
    expect(await unsigned.json()).toMatchObject({ Code: 'MissingRequiredHeader' });
    expect(await noPath.json()).toMatchObject({ Code: 'PathNotSupported' });
  });

  it('is refused when the body was changed on its way', async () => {
    const { host } = await startTestHost();
    const forger = createServer(async (request, response) => {
      const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      for (const name of ['content-length', 'transfer-encoding', 'connection']) headers.delete(name);
      const forged = await fetch(host.url + request.url, { method: 'POST', headers, body: '{"do":"exit"}' });
      response.writeHead(forged.status, { 'content-type': 'application/json' }).end(await forged.text());
    });
    await once(forger.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(forger.address() as AddressInfo).port}`;

    const acs3 = await errorOf(fc3Invoke(url, { name: 'worker', body: ECHO }));
    const fc = await errorOf(fc2Client(url).post(PATH, ECHO));
    forger.closeAllConnections();
    forger.close();

    expect(acs3).toMatchObject({ statusCode: 403, code: 'SignatureNotMatch' });
    expect(fc.message).toContain('failed with 400');
  });
});
