import { Refusal } from '../wire/answer.ts';
import type { EcsBehaviour } from './behaviour.ts';

const MINUTE_MS = 60_000;

/** Counts calls by account, region and operation within clock minutes. A new minute admits again. */
export class Throttle {
  #minute = -1;
  readonly #counts = new Map<string, number>();

  admit(key: string, nowMs: number, behaviour: Pick<EcsBehaviour, 'throttlePerMinute' | 'throttleRetryAfter'>): void {
    if (behaviour.throttlePerMinute === null) {
      this.#counts.clear();
      return;
    }
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts.clear();
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count <= behaviour.throttlePerMinute) {
      return;
    }
    throw new Refusal(
      400,
      'Throttling.User',
      'Request was denied due to user flow control.',
      behaviour.throttleRetryAfter ? { 'x-acs-retry-after': String((minute + 1) * MINUTE_MS - nowMs) } : {},
    );
  }
}
