import type { Sent } from '../reconcile/send-notices.ts';

/** What a receiver answered; its body only as far as a code can stand in it. */
export type Answered = { readonly status: number; readonly body: string };
export type Post = (
  address: string,
  body: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answered | 'no-answer'>;

const timeoutMs = 5_000;
const bodyLengthMax = 2_000;

/** One POST of JSON over HTTP. Redirects are not followed: the address is the configuration's, not a receiver's. */
export const post: Post = async (address, body, headers = {}) => {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'curfew', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: (await response.text()).slice(0, bodyLengthMax) };
  } catch {
    // The client's errors carry the address, which is a secret of most robots.
    return 'no-answer';
  }
};

/** What an answer means to HTTP alone: a 4xx other than these two would be the same tomorrow. */
export function sentBy(answered: Answered | 'no-answer'): Sent {
  if (answered === 'no-answer') return { kind: 'unknown', code: 'NO_ANSWER' };
  const { status } = answered;
  if (status >= 200 && status < 300) return { kind: 'done' };
  const isFinal = status >= 300 && status < 500 && status !== 408 && status !== 429;
  return { kind: isFinal ? 'refused' : 'unknown', code: `HTTP_${status}` };
}
