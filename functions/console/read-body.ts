import type { Context } from 'hono';
import type * as z from 'zod';
import { firstRefusal } from '../../shared/lease/read-message.ts';
import { refusal } from '../../shared/rule/refusal.ts';
import { readStrictJsonValue } from '../../shared/runtime/strict-json.ts';
import type { ConsoleEnv } from './console-app.ts';
import { refused } from './problem.ts';

/** The JSON object in the body of a request, whatever its content type says; an empty body is an empty object. */
export async function readObject(c: Context<ConsoleEnv>): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  const read = text.trim() === '' ? { value: {} } : readStrictJsonValue(text);
  if ('code' in read) throw refused(read);
  const { value } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused(refusal('INVALID_TYPE', 'the body must be a JSON object'));
  }
  return value as Record<string, unknown>;
}

/** The same, checked: what is wrong is told as it is told of messages. */
export async function readBody<Schema extends z.ZodType>(
  c: Context<ConsoleEnv>,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const value = await readObject(c);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refused(firstRefusal(parsed.error.issues, value));
  return parsed.data;
}
