import type { MiddlewareHandler } from 'hono';
import type { Lease } from '../../shared/lease/lease.ts';
import type { LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { Visit } from '../../shared/reconcile/policy-port.ts';
import { type Refusal, refusal } from '../../shared/rule/refusal.ts';
import { targetKey } from '../../shared/rule/target.ts';
import { type Actor, apiSource, type ConsoleDeps, type ConsoleEnv } from './console-app.ts';
import { Problem } from './problem.ts';

type About = { readonly [field in 'target' | 'requester']?: Lease[field] | undefined };

/** Why somebody may not do something, to one lease or at all; undefined where the policies let them. */
export type Door = (action: Visit['action'], about?: About) => Refusal | undefined;

/** The doors of the console for whoever calls. Each question is asked once: a page of leases is mostly of a few people. */
export async function doorFor(deps: Pick<ConsoleDeps, 'visits' | 'nowMs'>, person: Actor): Promise<Door> {
  const mayVisit = await deps.visits();
  const nowMs = deps.nowMs();
  const known = new Map<string, Refusal | undefined>();
  return (action, { target, requester } = {}) => {
    const key = JSON.stringify([action, target && targetKey(target), requester?.id]);
    if (known.has(key)) return known.get(key);
    const asker = requester && { id: requester.id, groups: [] };
    const about = { target, requester: asker };
    const { refusal: no } = mayVisit({ action, person, source: apiSource, nowMs, ...about });
    known.set(key, no);
    return no;
  };
}

/** Nobody goes on whom the policies keep from it. */
export function requireTo(action: Visit['action'], about: About, door: Door): void {
  const no = door(action, about);
  if (no) throw new Problem(403, no);
}

/** The same for what is about no lease and no group. */
export function requireDoor(deps: ConsoleDeps, action: Visit['action']): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    requireTo(action, {}, await doorFor(deps, c.get('person')));
    await next();
  };
}

/** For what ends sooner: it must work whatever has become of the policies, so one that cannot be read keeps nobody. */
export async function doorOut(deps: ConsoleDeps, person: Actor): Promise<Door> {
  try {
    return await doorFor(deps, person);
  } catch (error) {
    deps.log.event('error', 'the policies cannot be asked: endings go on without them', { error });
    return () => undefined;
  }
}

/**
 * The lease of an address. One that somebody may not see is not there for them: nobody learns from an answer which ids
 * there are.
 */
export async function findLease(tx: LedgerTx, id: string, door: Door): Promise<Lease> {
  const [lease] = await tx.peekLeases([id]);
  if (lease && !door('view', lease)) return lease;
  throw leaseNotFound();
}

export const leaseNotFound = (): Problem =>
  new Problem(404, refusal('LEASE_NOT_FOUND', 'there is no lease with this id'));
