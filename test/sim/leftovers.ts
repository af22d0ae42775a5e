import { isFinal, type Lease } from '../../shared/lease/lease.ts';
import type { Mirror } from './mirror.ts';
import type { KnownRule } from './truth.ts';

/** What is not at rest when everything should be: of each, which rule or request, and what is wrong with it. */
export function leftovers(
  mirror: Mirror,
  { ours, isExcused }: { ours: readonly KnownRule[]; isExcused: (lease: Lease) => boolean },
  nowMs: number,
): (readonly [string, string])[] {
  const rules = ours.map(({ key, id }) => [key, `${id} of ours is still there`] as const);
  const leases = [...mirror.leases.values()]
    .filter((lease) => !isFinal(lease.state) && !isExcused(lease))
    .map(({ requestId, state }) => [requestId, `lease ${requestId} is still ${state}`] as const);
  const waiting = new Set(
    [...mirror.leases.values()]
      .filter((lease) => !isFinal(lease.state) && isExcused(lease))
      .flatMap(({ id }) => mirror.linksOf(id).map(({ ruleKey }) => ruleKey)),
  );
  const operations = [...mirror.operations.values()]
    .filter(({ state, ruleKeys }) => state === 'open' && !ruleKeys.some((key) => waiting.has(key)))
    .map(({ id, ruleKeys }) => [mirror.keyOf(ruleKeys[0] ?? ''), `operation ${id} is still open`] as const);
  const rows = [...mirror.rules.values()].flatMap((row) => {
    if (waiting.has(row.key)) return [];
    const key = mirror.keyOf(row.key);
    const isClaimed = (row.claimUntilMs ?? 0) > nowMs;
    const isDue = Object.values(row.dueMs).some((ms) => ms !== undefined);
    return [
      ...(isClaimed ? [[key, 'is still claimed'] as const] : []),
      ...(isDue ? [[key, 'is still due'] as const] : []),
    ];
  });
  return [...rules, ...leases, ...operations, ...rows];
}
