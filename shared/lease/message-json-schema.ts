import * as z from 'zod/mini';
import { requestRuleSchema } from '../rule/request-rule.ts';
import { targetSchema } from '../rule/target.ts';
import { messageSchema } from './message.ts';

type JsonSchema = { readonly [key: string]: unknown };
export type MessageJsonSchema = JsonSchema & { readonly $defs: { readonly [name: string]: JsonSchema } };

/**
 * The JSON Schema (draft 2020-12) of a message: `schemas/message.v1.json`, served by the console too. Made from the
 * schema that reads messages, with what that one checks in code said in words of JSON Schema.
 */
export function messageJsonSchema(): MessageJsonSchema {
  const made = z.toJSONSchema(messageSchema, {
    io: 'input',
    target: 'draft-2020-12',
    metadata: named(),
    override: ({ jsonSchema, path }) => void (path.at(-2) === 'properties' && sayMore(jsonSchema, String(path.at(-1)))),
  });
  const $defs = Object.fromEntries(
    Object.entries(made.$defs ?? {}).map(([name, schema]) => [name, { ...(schema as JsonSchema), ...limits[name] }]),
  );
  const { $schema, oneOf } = made;
  return { $schema, $id: 'urn:curfew:schemas:message.v1', title: 'Curfew message, version 1', oneOf, $defs };
}

type Note = { readonly id: string; readonly title?: string; readonly description?: string };

/** What stands in several places gets a name, so that the schema can be read. */
function named() {
  const notes = z.registry<Note>();
  for (const option of messageSchema.def.options) {
    const [action = ''] = option.shape.action.def.values;
    notes.add(option, { id: action.charAt(0).toUpperCase() + action.slice(1), description: actions[action] ?? '' });
  }
  const { requester, ticket } = messageSchema.def.options[0].shape;
  notes.add(requester, { id: 'Person', description: 'Who asks. Must agree with what its source has verified.' });
  notes.add(ticket.def.innerType, { id: 'Ticket', description: 'The ticket that this belongs to.' });
  notes.add(targetSchema, { id: 'Target', description: 'One security group of one account and region.' });
  notes.add(requestRuleSchema, {
    id: 'Rule',
    description: 'One rule, with the names of the ECS API in camelCase and its forms of values.',
  });
  return notes;
}

const actions: Readonly<Record<string, string>> = {
  authorize: 'Adds rules at the start and removes them at the end.',
  modify: 'Changes existing rules at the start and puts them back at the end, if there is one.',
  revoke: 'Removes existing rules at the start and puts them back at the end, if there is one.',
  extend: 'Moves the end of a lease to a later instant; a duration is added to its present end.',
  shorten: 'Moves the end of a lease to an earlier instant; a duration counts from now.',
  end: 'Ends a lease now.',
  approve: 'Lets a lease begin that waits for approval.',
  reject: 'Refuses a lease that waits for approval.',
};

const exactlyOne = (...fields: string[]) => ({ oneOf: fields.map((field) => ({ required: [field] })) });
const notBoth = (...fields: string[]) => ({ not: { required: fields } });
const end = exactlyOne('duration', 'expiresAt');
const lease = exactlyOne('leaseId', 'requestId');

/** Fields that exclude or need each other. */
const limits: Readonly<Record<string, JsonSchema>> = {
  Authorize: end,
  Modify: notBoth('duration', 'expiresAt'),
  Revoke: notBoth('duration', 'expiresAt'),
  Extend: { allOf: [lease, end] },
  Shorten: { allOf: [lease, end] },
  End: lease,
  Approve: lease,
  Reject: lease,
};

const instant = {
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:[Zz]|[+-]\\d{2}:\\d{2})$',
  examples: ['2026-12-01T09:00:00Z'],
};
const span = { pattern: '^P(?=[\\dT])(?:\\d+W)?(?:\\d+D)?(?:T(?=\\d)(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?)?$' };

const fields: Readonly<Record<string, JsonSchema>> = {
  id: { description: 'Unique within its source. The same id with the same content is the same message.' },
  startsAt: { description: 'When it begins; now, where it is left out. Kept to the whole second.', ...instant },
  expiresAt: { description: 'When it ends, instead of a duration.', ...instant },
  duration: {
    description: 'ISO 8601 duration in whole seconds, without years and months.',
    ...span,
    examples: ['PT2H', 'P1DT30M'],
  },
  leaseId: { description: 'The lease that this is about.' },
  requestId: { description: 'The id of the message that asked for the lease, instead of leaseId.' },
  breakGlass: { description: 'An emergency: loud, short, with a reason, and reviewed by somebody else afterwards.' },
  digest: { description: 'What was looked at, as the lease says it in approvals.digest: anything else is refused.' },
  portRange: { description: 'First and last port; -1/-1 for a protocol without ports.', examples: ['22/22', '-1/-1'] },
  sourceCidrIp: { description: 'IPv4 address or CIDR block without host bits.', examples: ['203.0.113.7/32'] },
  ipv6SourceCidrIp: { description: 'IPv6 address or CIDR block without host bits.', examples: ['2001:db8::/64'] },
};

function sayMore(schema: Record<string, unknown>, field: string): void {
  Object.assign(schema, fields[field]);
  // JSON Schema knows no flags: the letters of what may be written in either case are spelled out.
  if ((field === 'ipProtocol' || field === 'policy') && typeof schema.pattern === 'string') {
    schema.pattern = schema.pattern.replaceAll(/\\.|\[.*?\]|[a-z]/g, (part) =>
      part.length > 1 ? part : `[${part}${part.toUpperCase()}]`,
    );
  }
}
