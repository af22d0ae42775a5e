import { type Lease, noEndMs } from '../lease/lease.ts';
import type { Refusal } from '../rule/refusal.ts';
import { type Target, targetKey } from '../rule/target.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { PersonOf } from './people-port.ts';

/** No less than what the leases of a group ever had open, in one stretch of time without a pause; as JSON. */
export type Extent = {
  readonly fromMs: number;
  readonly untilMs: number;
  /** How many addresses of each kind, those of several leases counted several times. Decimal: IPv6 has many. */
  readonly addresses: { readonly [kind: string]: string };
};

/** A lease among others, with the one id of who asked for it. */
export type Neighbour = { readonly lease: Lease; readonly person: string };

/** Limits on what the leases of one group have open side by side, and one after the other. */
export type Together = {
  /** A stretch ends when nothing was open for so long. */
  readonly pauseMs: number;
  /** Leases that were over for longer than this before a request cannot matter to it. */
  readonly reachMs: number;
  readonly grow: (extent: Extent | undefined, lease: Lease) => Extent;
  /** Whether no limit can be broken by leases that have no more open than this, whatever they are. */
  readonly isHarmless: (extent: Extent) => boolean;
  /** Asked with every lease of the group that can matter. */
  readonly check: (asked: Neighbour, others: readonly Neighbour[], nowMs: number) => Refusal | undefined;
};

type TogetherDeps = { readonly together: Together; readonly personOf: PersonOf };

/** A sum that is not known is counted anew when it is next asked for. */
export const forgetExtent = (tx: LedgerTx, target: Target): Promise<void> => tx.setSetting(settingOf(target), null);

const settingOf = (target: Target): string => `extent ${targetKey(target)}`;

/**
 * Whether a lease may be open beside those of its group. Two that come at once do not both pass: whoever asks holds
 * the group's sum until its lease is written. While the sum is harmless nobody's lease is read, so that a request
 * costs the same however many there are.
 */
export async function checkTogether(
  tx: LedgerTx,
  { together, personOf }: TogetherDeps,
  lease: Lease,
  endPath = '/expiresAt',
): Promise<Refusal | undefined> {
  if (!lease.rules.some(({ policy }) => policy === 'accept')) return undefined;
  const name = settingOf(lease.target);
  const held = (await tx.holdSetting(name)) as Extent | null;
  const isGoingOn = held !== null && held.untilMs + together.pauseMs > tx.nowMs;
  const grown = isGoingOn ? together.grow(held, lease) : undefined;
  if (grown && together.isHarmless(grown)) {
    await tx.setSetting(name, grown);
    return undefined;
  }
  const others = await neighboursOf(tx, together, lease);
  const refused = judge({ together, personOf }, lease, others, tx.nowMs);
  if (refused) return refused.path === '' ? { ...refused, path: endPath } : refused;
  const sum = [...others, lease].reduce<Extent | undefined>((extent, one) => together.grow(extent, one), undefined);
  await tx.setSetting(name, grown ?? sum);
  return undefined;
}

/** The same without holding anything: what would be said of it now. */
export async function tellTogether(tx: LedgerTx, deps: TogetherDeps, lease: Lease): Promise<Refusal | undefined> {
  return judge(deps, lease, await neighboursOf(tx, deps.together, lease), tx.nowMs);
}

async function neighboursOf(tx: LedgerTx, { reachMs }: Together, lease: Lease): Promise<readonly Lease[]> {
  const found = await tx.leasesBetween(lease.target, lease.startsAtMs - reachMs, noEndMs);
  return found.filter(({ id, action }) => id !== lease.id && action === 'authorize');
}

function judge({ together, personOf }: TogetherDeps, lease: Lease, others: readonly Lease[], nowMs: number) {
  const beside = (one: Lease): Neighbour => ({ lease: one, person: personOf(one.source, one.requester.id) });
  return together.check(beside(lease), others.map(beside), nowMs);
}

/** Nobody else begins or prolongs anything in the group until the end of the transaction. */
export const holdGroup = (tx: LedgerTx, target: Target): Promise<unknown> => tx.holdSetting(settingOf(target));
