import type { Message } from '../lease/message.ts';
import type { Incoming } from './accepting.ts';

/** Of a run's transaction: it holds what it locks for as long as it takes to judge and write that much. */
const messagesMax = 100;
const rulesMax = 1_000;

type Kind = 'opening' | 'change' | 'ending' | 'other';

const kinds: Readonly<Record<Message['action'], Kind>> = {
  authorize: 'opening',
  modify: 'change',
  revoke: 'change',
  end: 'ending',
  shorten: 'ending',
  extend: 'other',
  approve: 'other',
  reject: 'other',
};
export const kindOf = ({ read }: Incoming): Kind => kinds[read.message.action];

/**
 * Cuts a delivery into runs that are each accepted in one transaction: neighbours that open something, or that end
 * something, each with an id of its own. What one of a run says never depends on what became of another, so that all
 * at once is the same as one after the other. Anything else stands alone.
 */
export function runsOf<T>(
  delivery: readonly T[],
  incomingOf: (one: T) => Incoming | undefined,
): readonly (readonly T[])[] {
  const runs: T[][] = [];
  let last: Run | undefined;
  for (const one of delivery) {
    const incoming = incomingOf(one);
    const run: Run =
      last && mayJoin(last, incoming) ? last : { kind: incoming && kindOf(incoming), ids: new Set(), rules: 0 };
    if (run !== last) runs.push([]);
    runs.at(-1)?.push(one);
    if (incoming) run.ids.add(nameOf(incoming));
    run.rules += incoming?.read.rules.length ?? 0;
    last = run;
  }
  return runs;
}

/** Without a kind: what could not be read, and is only written down. */
type Run = { readonly kind: Kind | undefined; readonly ids: Set<string>; rules: number };

function mayJoin({ kind, ids, rules }: Run, incoming: Incoming | undefined): boolean {
  if (incoming === undefined) return kind === undefined;
  if (kind !== kindOf(incoming) || (kind !== 'opening' && kind !== 'ending')) return false;
  return !ids.has(nameOf(incoming)) && ids.size < messagesMax && rules + incoming.read.rules.length <= rulesMax;
}

const nameOf = ({ source, read }: Incoming): string => `${source} ${read.message.id}`;
