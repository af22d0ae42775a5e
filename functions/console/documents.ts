import { messageJsonSchema } from '../../shared/lease/message-json-schema.ts';
import type { ConsoleApp } from './console-app.ts';
import { registerMessages } from './route-parts.ts';

const info = {
  title: 'Curfew',
  version: '1',
  description:
    'Time-boxed changes of security groups. Every refusal is application/problem+json with a code, a sentence and a JSON Pointer to the field.',
};

/** What describes the API: open to everybody, for it says nothing about what runs here. */
export function routeDocuments(app: ConsoleApp): void {
  registerMessages(app);
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token. Its name is the requester of all that is asked for with it.',
  });
  app.get('/openapi.json', (c) =>
    c.json(app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }] })),
  );
  app.get('/schemas/message.v1.json', (c) =>
    c.body(JSON.stringify(messageJsonSchema()), 200, { 'content-type': 'application/schema+json' }),
  );
}
