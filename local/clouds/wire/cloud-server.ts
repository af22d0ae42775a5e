import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { control } from '../control/control-api.ts';
import { type CloudAnswer, Refusal } from './answer.ts';
import type { Authenticator } from './authenticate.ts';
import type { CloudService } from './cloud-service.ts';
import { LOCAL_ACCOUNT_ID } from './credentials.ts';
import type { ReadCall } from './rpc-protocol.ts';
import { type Outcome, strike } from './strike.ts';
import { readWireRequest, type WireRequest } from './wire-request.ts';

/** A hundred permissions with long descriptions make a URL of 70 kB; Node's default refuses 16 kB. */
const HEADER_BYTES_MAX = 256 * 1024;

/** Longer than a client's idle time, so that the server is not the one who hangs up first. */
const KEEP_ALIVE_MS = 75_000;

export type CloudServerDeps = {
  readonly service: CloudService;
  readonly authenticator: Pick<Authenticator, 'accountOf'>;
  readonly now: () => number;
};

export type CloudServer = { readonly port: number; readonly url: string; close(): Promise<void> };

/** Serves one emulated cloud on loopback. Rejects when the port is taken. */
export async function startCloudServer(deps: CloudServerDeps, port: number): Promise<CloudServer> {
  const closing = new AbortController();
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS },
    (incoming, response) => {
      handle(deps, incoming, response, closing.signal).catch(() => incoming.socket.destroy());
    },
  );
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function handle(
  deps: CloudServerDeps,
  incoming: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal,
): Promise<void> {
  const request = await readWireRequest(incoming);
  if (request.path === '/_emulator' || request.path.startsWith('/_emulator/')) {
    const { status, body } = control(deps.service, request.method, request.path, request.body);
    sendJson(response, { status, body: body as CloudAnswer['body'] });
    return;
  }
  const { latencyMs, maxUrlBytes } = deps.service.behaviour.values;
  if (maxUrlBytes !== null && request.urlBytes > maxUrlBytes) {
    response.writeHead(431, { 'content-length': 0 }).end();
    return;
  }

  const read = deps.service.read(request);
  const { service } = deps;
  const logged = service.calls.open({
    at: new Date(deps.now()).toISOString(),
    action: read.action,
    parameters: read.parameters,
  });
  const outcome = decide(deps, request, read);
  const waitMs = latencyMs + outcome.delayMs;
  if (waitMs > 0) {
    await sleep(waitMs, undefined, { signal: closing });
  }
  if (outcome.kind === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  logged.status = outcome.kind === 'page' ? outcome.status : outcome.answer.status;
  logged.answer = outcome.kind === 'page' ? outcome.html : service.loggable(outcome.answer);
  send(response, outcome);
}

/** Proves the caller, then does the operation, with a fault around it if one is armed. */
function decide(deps: CloudServerDeps, request: WireRequest, read: ReadCall): Outcome {
  const { service } = deps;
  const answered = (answer: CloudAnswer): Outcome => ({ kind: 'answer', answer, delayMs: 0 });
  try {
    service.check(read);
    const accountId = service.behaviour.values.checkSignatures
      ? deps.authenticator.accountOf(request, deps.now())
      : LOCAL_ACCOUNT_ID;
    const call = { action: read.action, parameters: read.parameters, accountId };
    const fault = service.faults.take(read.action);
    if (!fault) {
      return answered(service.call(call, read));
    }
    return strike(fault, {
      apply: (options = { stopsHalfway: false }) => service.call({ ...call, ...options }, read),
      refuse: (refusal) => service.refuse(refusal, read),
    });
  } catch (error) {
    if (error instanceof Refusal) {
      return answered(service.refuse(error, read));
    }
    // A full disk, say: what happened is in doubt, which is what InternalError means to a caller.
    return answered(service.refuse(new Refusal(500, 'InternalError', `The emulator failed: ${String(error)}`), read));
  }
}

function send(response: ServerResponse, outcome: Exclude<Outcome, { kind: 'reset' }>): void {
  if (outcome.kind === 'page') {
    response.writeHead(outcome.status, { 'content-type': 'text/html' }).end(outcome.html);
    return;
  }
  const { RequestId: requestId } = outcome.answer.body;
  const idHeader = typeof requestId === 'string' ? { 'x-acs-request-id': requestId } : {};
  sendJson(response, { ...outcome.answer, headers: { ...outcome.answer.headers, ...idHeader } });
}

function sendJson(response: ServerResponse, answer: CloudAnswer): void {
  const text = JSON.stringify(answer.body);
  response
    .writeHead(answer.status, {
      'content-type': 'application/json;charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...answer.headers,
    })
    .end(text);
}
