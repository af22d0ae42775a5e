import * as z from 'zod/mini';
import type { Sent } from '../reconcile/send-notices.ts';
import { parseJson } from '../runtime/parse-json.ts';
import { type Answered, sentBy } from './post.ts';

/**
 * Chat robots answer 200 to everything and say in the body what came of it: 0 for done. What else they say may pass
 * (too many messages a minute, a maintenance), so it is tried again, and given up like any refusal.
 */
export function sentByRobot(answered: Answered | 'no-answer', field: 'errcode' | 'code'): Sent {
  const sent = sentBy(answered);
  if (sent.kind !== 'done' || answered === 'no-answer') return sent;
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(answered.body));
  const code = parsed.success ? parsed.data[field] : undefined;
  if (typeof code !== 'number') return { kind: 'unknown', code: 'NOT_A_ROBOT' };
  return code === 0 ? { kind: 'done' } : { kind: 'refused', code: `${field.toUpperCase()}_${code}` };
}
