import { type Lease, noEndMs } from '../lease/lease.ts';
import type { Refusal } from '../rule/refusal.ts';
import type { Rule } from '../rule/rule.ts';
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
 * Groups in which one transaction begins or prolongs something; nobody else does until it is over, so that two who
 * ask at once do not both pass.
 */
export class HeldGroups {
  readonly #tx: LedgerTx;
  readonly #deps: TogetherDeps;
  readonly #sums: Map<string, Extent | null>;
  readonly #changed = new Set<string>();
  readonly #noted = new Map<string, Lease>();

  private constructor(tx: LedgerTx, deps: TogetherDeps, sums: Map<string, Extent | null>) {
    this.#tx = tx;
    this.#deps = deps;
    this.#sums = sums;
  }

  /** First, always: whoever asks for a lease holds its group before any rule. */
  static async hold(tx: LedgerTx, deps: TogetherDeps, targets: readonly Target[]): Promise<HeldGroups> {
    const names = [...new Set(targets.map(settingOf))];
    const sums = (await tx.holdSettings(names)) as readonly (Extent | null)[];
    return new HeldGroups(tx, deps, new Map(names.map((name, index) => [name, sums[index] ?? null])));
  }

  /**
   * Whether a lease may be open beside those of its group. While the sum is harmless nobody's lease is read, so that a
   * request costs the same however many there are.
   */
  async check(lease: Lease, endPath = '/expiresAt'): Promise<Refusal | undefined> {
    if (!opens(lease.rules)) return undefined;
    const { together } = this.#deps;
    const name = settingOf(lease.target);
    const held = this.#sums.get(name);
    if (held === undefined) throw new Error(`${name} was not held`);
    const isGoingOn = held !== null && held.untilMs + together.pauseMs > this.#tx.nowMs;
    const grown = isGoingOn ? together.grow(held, lease) : undefined;
    const isHarmless = grown !== undefined && together.isHarmless(grown);
    const others = isHarmless ? [] : await this.#othersOf(lease);
    const refused = isHarmless ? undefined : judge(this.#deps, lease, others, this.#tx.nowMs);
    if (refused) return refused.path === '' ? { ...refused, path: endPath } : refused;
    const sum = () =>
      [...others, lease].reduce<Extent | null>((extent, one) => together.grow(extent ?? undefined, one), null);
    this.#sums.set(name, grown ?? sum());
    this.#changed.add(name);
    return undefined;
  }

  /** What this transaction lets be open, before it is written: those that it judges next have it beside them. */
  note(lease: Lease): void {
    this.#noted.set(lease.id, lease);
  }

  async save(): Promise<void> {
    for (const name of this.#changed) await this.#tx.setSetting(name, this.#sums.get(name));
    this.#changed.clear();
  }

  async #othersOf(lease: Lease): Promise<readonly Lease[]> {
    const written = await neighboursOf(this.#tx, this.#deps.together, lease);
    const here = [...this.#noted.values()].filter((one) => settingOf(one.target) === settingOf(lease.target));
    const all = new Map([...written, ...here].map((one) => [one.id, one]));
    all.delete(lease.id);
    return [...all.values()];
  }
}

/** Whether rules like these let anything in or out. */
export const opens = (rules: readonly Rule[]): boolean => rules.some(({ policy }) => policy === 'accept');

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
