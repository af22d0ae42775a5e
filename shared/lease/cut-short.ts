import { bilingual } from '../rule/bilingual.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { Lease } from './lease.ts';

/** How a lease ends from now on for a reason of Curfew's own, in Chinese too as far as the reason is said there. */
export function cutShort(why: Refusal, nowMs: number): Pick<Lease, 'cutAtMs' | 'cutReason' | 'cutReasonZh'> {
  const { message, messageZh } = bilingual(why);
  return { cutAtMs: nowMs, cutReason: message, cutReasonZh: messageZh };
}
