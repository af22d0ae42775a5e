import type { OpenAPIHono } from '@hono/zod-openapi';
import { messageJsonSchema } from '../../shared/lease/message-json-schema.ts';
import type { ConsoleApp, ConsoleEnv } from './console-app.ts';
import { later } from './later.ts';
import { registerMessages } from './route-parts.ts';

const info = {
  title: 'Curfew',
  version: '1',
  description: `Time-boxed changes of security groups. Every refusal is application/problem+json with a code, a sentence and a
JSON Pointer to the field. A request with the id of an earlier one and the same content is that request. What is looked
at bears an ETag: with \`If-None-Match\` it is answered by 304 while it is as it was, and a
change to a lease with \`If-Match\` by 412 when it is not. With a log-in instead of a token,
changes need the header \`x-curfew-csrf: 1\` and come from the console's own origin.`,
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

const schemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token. Its name is the requester of all that is asked for with it.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-curfew-session',
    description: 'A log-in, begun at /auth/login. Over plain http, on a laptop, the name lacks its prefix.',
  },
} as const;

/** What describes the API: open to everybody, for it says nothing about what runs here. */
export function routeDocuments(app: ConsoleApp): void {
  const document = later(() => documentOf(app));
  app.get('/openapi.json', (c) => c.json(document()));
  app.get('/schemas/message.v1.json', (c) =>
    c.body(JSON.stringify(messageJsonSchema()), 200, { 'content-type': 'application/schema+json' }),
  );
}

type Document = ReturnType<OpenAPIHono<ConsoleEnv>['getOpenAPI31Document']>;

/** What holds for each operation is said here once: its name for client generators, and 304 where it only looks. */
function documentOf(app: ConsoleApp): Document {
  registerMessages(app);
  for (const [name, scheme] of Object.entries(schemes)) {
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  }
  const document = app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }] });
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const method of ['get', 'post', 'put', 'delete'] as const) {
      const operation = operations[method];
      if (!operation) continue;
      operation.operationId = operationId(method, path);
      if (method === 'get') operation.responses = { ...operation.responses, 304: asItWas };
    }
  }
  return document;
}

const asItWas = { description: 'It is as it was: If-None-Match names what it was.' };

/** `getLeasesById` for `GET /api/leases/{id}`. */
const operationId = (method: string, path: string): string =>
  method +
  path
    .replace('/api/', '/')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .replaceAll(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase());
