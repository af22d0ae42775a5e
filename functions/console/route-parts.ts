import { messageJsonSchema } from '../../shared/lease/message-json-schema.ts';
import { problemSchema } from './answers.ts';
import type { ConsoleApp } from './console-app.ts';
import { later } from './later.ts';
import * as z from './zod.ts';

/** An answer of the documented form. */
export const answer = <Schema extends z.ZodType>(description: string, schema: () => Schema) => ({
  description,
  content: {
    'application/json': {
      get schema() {
        return schema();
      },
    },
  },
});

/** Every other answer has one form. */
const problem = (description: string) => ({
  description,
  content: {
    'application/problem+json': {
      get schema() {
        return problemSchema();
      },
    },
  },
});
export const otherwise = {
  '4XX': problem('Not done: the reason, with a code for machines.'),
  '5XX': problem('Not done, or not known: the same request, with the same id, may be made again.'),
};

/** Of a query. */
export const flag = later(() => z.enum(['true', 'false']).optional());
/** Of an address: what it is about. */
export const byId = later(() => z.object({ id: z.string() }));

export const secured = [{ token: [] }, { session: [] }];

/**
 * A body that is documented here and read by hand: messages have a reader of their own, which tells better what is
 * wrong than a generic one.
 */
const bodyLike = (schema: object) => ({ required: true, content: { 'application/json': { schema } } });
export const bodyNamed = (name: string) => bodyLike(refTo(name));
/** Its schema is told in words of JSON Schema when the document is written out. */
export const bodyOf = (schema: () => z.core.$ZodType) =>
  bodyLike({ toJSON: later(() => z.toJSONSchema(schema(), { io: 'input' })) });
const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The schemas of messages, as components of the API's document, with the bodies that are made into messages. */
export function registerMessages({ openAPIRegistry }: ConsoleApp): void {
  const text = JSON.stringify(messageJsonSchema().$defs).replaceAll('#/$defs/', '#/components/schemas/');
  const schemas = JSON.parse(text) as Record<string, ObjectSchema>;
  const bodies = {
    AuthorizeRequest: bodyFrom(schemas.Authorize, ['target', 'rules'], 'authorize'),
    ModifyRequest: bodyFrom(schemas.Modify, ['action', 'target', 'rules'], 'modify'),
    RevokeRequest: bodyFrom(schemas.Revoke, ['action', 'target', 'rules'], 'revoke'),
    LeaseRequest: { oneOf: ['Authorize', 'Modify', 'Revoke'].map((kind) => refTo(`${kind}Request`)) },
    ExtendRequest: bodyFrom(schemas.Extend, []),
    ShortenRequest: bodyFrom(schemas.Shorten, []),
    EndRequest: bodyFrom(schemas.End, []),
    ApproveRequest: bodyFrom(schemas.Approve, []),
    RejectRequest: bodyFrom(schemas.Reject, []),
  };
  const { Target, Rule, Ticket } = schemas;
  for (const [name, schema] of Object.entries({ Target, Rule, Ticket, ...bodies })) {
    if (schema) openAPIRegistry.registerComponent('schemas', name, schema);
  }
}

type ObjectSchema = {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Record<string, object>;
};

const outside = new Set(['version', 'action', 'requester', 'by', 'leaseId', 'requestId']);

/** A body is a message without what the API says itself; the kind of a lease is said where there are several. */
function bodyFrom(message: ObjectSchema | undefined, required: string[], action?: string) {
  if (!message) throw new Error('the schema of messages lacks an action');
  const said = Object.fromEntries(Object.entries(message.properties).filter(([name]) => !outside.has(name)));
  const properties = { ...(action && { action: { const: action } }), ...said };
  const mayLackEnd = required.includes('action');
  const ends = mayLackEnd
    ? { not: { properties: { duration: {}, expiresAt: {} }, required: ['duration', 'expiresAt'] } }
    : { oneOf: [{ required: ['duration'] }, { required: ['expiresAt'] }] };
  const { description } = message;
  return {
    type: 'object' as const,
    ...(description && { description }),
    properties,
    required,
    additionalProperties: false,
    ...('duration' in said && ends),
  };
}
