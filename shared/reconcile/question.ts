import type { Lease } from '../lease/lease.ts';
import type { PersonOf } from './people-port.ts';
import type { Asker, Question } from './policy-port.ts';

/** Who asked for a lease, as one person. */
export const requesterOf = (personOf: PersonOf, { source, requester, groups }: Lease): Asker => ({
  id: personOf(source, requester.id),
  groups: groups ?? [],
});

/** A lease as the policies are asked about it. */
export function questionOf(lease: Lease, personOf: PersonOf, nowMs: number): Question {
  const { action, source, target, rules, changes = [], startsAtMs, expiresAtMs, reason, ticket } = lease;
  return {
    ...{ action, source, person: requesterOf(personOf, lease), target, rules, changes },
    ...{ startsAtMs, expiresAtMs, nowMs, reason, ticket, isBreakGlass: lease.breakGlass !== undefined },
  };
}
