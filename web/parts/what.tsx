import type { Lease } from '../api/answers.ts';
import { addressOf } from '../app/route.ts';

/** What a lease does, a line a rule, as the way to its story. */
export function What({ lease, linesMax = 3 }: { readonly lease: Lease; readonly linesMax?: number }) {
  const lines = [...lease.rules, ...lease.changes].map(({ text }) => text);
  const rest = lines.length - linesMax;
  return (
    <a className="what" href={addressOf('leases', lease.id)}>
      {lines.slice(0, linesMax).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one lease never change places
        <span key={index}>{line}</span>
      ))}
      {rest > 0 && <span>+{rest}</span>}
    </a>
  );
}
