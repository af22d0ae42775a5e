/** The time is spent: another try would double it. */
const timeout = 'RequestTimeoutError';

/** Once more, at once, where a listing had no readable answer: reading twice does no harm. */
export async function readAgain<Read extends { readonly kind: string }>(read: () => Promise<Read>): Promise<Read> {
  const first = await read();
  const isWorthIt = first.kind === 'unknown' && !('code' in first && first.code === timeout);
  return isWorthIt ? read() : first;
}
