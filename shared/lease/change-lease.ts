import { parseInstant, wholeSecond } from '../rule/instant.ts';
import { type Refusal, refusal } from '../rule/refusal.ts';
import { parseDuration } from './duration.ts';
import { endOf, isFinal, isWaiting, type Lease, noEndMs } from './lease.ts';
import type { LaterMessage } from './message.ts';
import { endPathOf } from './read-message.ts';

/**
 * What `extend`, `shorten` and `end` make of a lease (contract section 3): `extend` adds its duration to the present
 * end, `shorten` counts from now. Ending what has ended already is no error: the wish is fulfilled.
 */
export function changeLease(lease: Lease, message: LaterMessage, nowMs: number): Lease | Refusal {
  if (message.action === 'end') {
    if (isFinal(lease.state) || endOf(lease) <= nowMs) return lease;
    const { reason } = message;
    const why =
      reason === undefined ? { cutReason: 'ended by request', cutReasonZh: '按要求结束' } : { cutReason: reason };
    return { ...lease, cutAtMs: nowMs, ...why };
  }
  if (isFinal(lease.state) || endOf(lease) <= nowMs) {
    return refusal('LEASE_ENDED', `the lease is ${lease.state}: ask for a new one`, fieldOf(message));
  }
  if (isWaiting(lease)) {
    const sentence = 'the lease waits for approval, and that would be of something else: end it and ask anew';
    return refusal('AWAITING_APPROVAL', sentence, fieldOf(message));
  }
  return message.action === 'extend' ? extend(lease, message) : shorten(lease, message, nowMs);
}

type Moved = Extract<LaterMessage, { action: 'extend' | 'shorten' }>;

function extend(lease: Lease, message: Moved): Lease | Refusal {
  if (lease.expiresAtMs === noEndMs) {
    return refusal('NOT_LATER', 'the lease has no end that could be moved away; to give it one use shorten', '/action');
  }
  const expiresAtMs = instantOf(message, lease.expiresAtMs);
  if (expiresAtMs >= noEndMs) {
    return refusal('END_TOO_FAR', 'an end must lie before the end of the year 9999', endPathOf(message));
  }
  if (expiresAtMs <= lease.expiresAtMs) {
    return refusal(
      'NOT_LATER',
      'the lease lasts longer than that already; to end it earlier use shorten',
      endPathOf(message),
    );
  }
  return { ...lease, expiresAtMs };
}

function shorten(lease: Lease, message: Moved, nowMs: number): Lease | Refusal {
  const expiresAtMs = instantOf(message, wholeSecond(nowMs));
  if (expiresAtMs <= nowMs)
    return refusal('IN_THE_PAST', 'that instant has passed; to end the lease now use end', endPathOf(message));
  if (expiresAtMs >= lease.expiresAtMs) {
    return refusal(
      'NOT_EARLIER',
      'the lease ends earlier than that already; to make it longer use extend',
      endPathOf(message),
    );
  }
  if (expiresAtMs <= lease.startsAtMs) {
    return refusal(
      'END_BEFORE_START',
      'the lease would end before it starts; to cancel it use end',
      endPathOf(message),
    );
  }
  return { ...lease, expiresAtMs };
}

const instantOf = (message: Moved, fromMs: number): number =>
  message.duration === undefined
    ? (parseInstant(message.expiresAt ?? '') ?? fromMs)
    : fromMs + (parseDuration(message.duration) ?? 0);

const fieldOf = (message: LaterMessage): string => (message.leaseId === undefined ? '/requestId' : '/leaseId');
