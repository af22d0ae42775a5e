import { randomBytes } from 'node:crypto';
import type { Ids } from '../reconcile/runtime-ports.ts';

/** Crockford's base 32: no i, l, o, u, which are misread. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const timeLimit = 2n ** 48n;
const randomLimit = 2n ** 80n;

/**
 * Ids from chance. Within one millisecond they count upwards, so that what one process makes sorts in the order in
 * which it was made.
 */
export function createIds(random: (bytes: number) => Buffer = randomBytes): Ids {
  let lastMs = -1;
  let lastRandom = 0n;
  return {
    ulid(nowMs) {
      const ms = Math.max(0, Math.floor(nowMs));
      const isSame = ms === lastMs && lastRandom + 1n < randomLimit;
      lastRandom = isSame ? lastRandom + 1n : BigInt(`0x${random(10).toString('hex')}`);
      lastMs = ms;
      return text(BigInt(ms) % timeLimit, 10) + text(lastRandom, 16);
    },
    nonce: () => random(16).toString('hex'),
  };
}

/** The platform's own base 32 counts on from 9 with a, b, c…: the same digits under other names. */
const text = (value: bigint, length: number): string =>
  value
    .toString(32)
    .padStart(length, '0')
    .replaceAll(/[i-v]/g, (digit) => alphabet[Number.parseInt(digit, 32)] ?? '');
