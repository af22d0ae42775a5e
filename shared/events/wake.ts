import * as z from 'zod/mini';
import type { Wake } from '../reconcile/nudge-port.ts';
import { parseInstant } from '../rule/instant.ts';
import { pointer, type Refusal, refusal } from '../rule/refusal.ts';
import { targetSchema } from '../rule/target.ts';

const wakeType = 'curfew.wake';

const wakeSchema = z.strictObject({
  type: z.literal(wakeType),
  hand: z.enum(['grant', 'revoke', 'modify']),
  target: targetSchema,
  at: z.string().check(z.refine((text) => parseInstant(text) !== undefined)),
});

export const isWake = (value: object): boolean =>
  Object.hasOwn(value, 'type') && 'type' in value && value.type === wakeType;

/** The body of an invocation by which a function wakes a hand. */
export function readWake(value: object): { readonly wake: Wake } | Refusal {
  const parsed = wakeSchema.safeParse(value);
  if (!parsed.success)
    return refusal('INVALID_WAKE', 'this is not a wake of ours', pointer(parsed.error.issues[0]?.path ?? []));
  const { hand, target, at } = parsed.data;
  return { wake: { hand, target, atMs: parseInstant(at) ?? 0 } };
}
