import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import type { FunctionHost } from '../functions/function-host.ts';
import { StackBusy } from './stack-error.ts';

/** Function Compute takes 32 MB in one synchronous call. */
const bodyMax = 32 * 1024 * 1024;

const answerSchema = z.object({
  statusCode: z.number().default(200),
  headers: z.record(z.string(), z.string()).default({}),
  isBase64Encoded: z.boolean().default(false),
  body: z.string().default(''),
});

/** The product's own port: turns requests into the HTTP events of Function Compute and back. */
export async function startFront(options: {
  readonly port: number;
  readonly host: FunctionHost;
  readonly accountId: string;
}): Promise<{ readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    serve(request, response, options).catch(() => {
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' });
      response.end('the function gave no answer\n');
    });
  });
  await listen(server, options.port);
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { host, accountId }: { host: FunctionHost; accountId: string },
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413, { 'content-type': 'text/plain', connection: 'close' }).end('the body is too large\n');
    return;
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const name = url.pathname.startsWith('/hooks/') ? 'intake' : 'console';
  const answer = await host.invoke(name, Buffer.from(JSON.stringify(eventOf(request, url, body, accountId))));
  if (answer.status !== 200 || answer.errorType !== undefined) {
    response.writeHead(502, { 'content-type': 'text/plain', 'x-fc-error-type': answer.errorType ?? 'none' });
    response.end(`the function ${name} failed\n`);
    return;
  }
  const {
    statusCode,
    headers,
    isBase64Encoded,
    body: text,
  } = answerSchema.parse(JSON.parse(answer.body.toString('utf8')));
  response.writeHead(statusCode, headers).end(Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8'));
}

function eventOf(request: IncomingMessage, url: URL, body: Buffer, accountId: string): Record<string, unknown> {
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([header, values]) => [header, (values ?? []).join(',')]),
  );
  const now = new Date();
  return {
    version: 'v1',
    rawPath: url.pathname,
    headers,
    queryParameters: Object.fromEntries(url.searchParams),
    body: body.toString('base64'),
    isBase64Encoded: true,
    requestContext: {
      accountId,
      domainName: request.headers.host ?? '127.0.0.1',
      domainPrefix: 'local',
      requestId: '',
      http: {
        method: request.method ?? 'GET',
        path: decode(url.pathname),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      time: `${now.toISOString().slice(0, 19)}Z`,
      timeEpoch: String(now.getTime()),
    },
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bodyMax) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isBusy = error.code === 'EADDRINUSE';
      reject(isBusy ? new StackBusy(`port ${port} is in use; choose another base port with --port`) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
