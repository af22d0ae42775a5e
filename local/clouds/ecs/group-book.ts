import { Refusal } from '../wire/answer.ts';
import type { Group } from './group.ts';
import type { GroupKey, GroupStore } from './group-store.ts';
import type { Rule } from './rule.ts';

type Version = { readonly atMs: number; readonly rules: readonly Rule[] };

/** The longest lag that Describe can be told to have, and so the longest past that is kept. */
const PAST_KEPT_MS = 600_000;

/** All groups, in memory and in the store, with enough of the past to answer a lagging Describe. */
export class GroupBook {
  readonly #store: GroupStore;
  readonly #startingState: () => readonly Group[];
  readonly #groups = new Map<string, Group>();
  readonly #past = new Map<string, Version[]>();

  constructor(store: GroupStore, startingState: () => readonly Group[]) {
    this.#store = store;
    this.#startingState = startingState;
    const stored = store.load();
    if (stored) {
      for (const group of stored) {
        this.#groups.set(keyOf(group), group);
      }
    } else {
      this.#begin();
    }
  }

  /** The group, or the vendor's refusal: another account's or region's group does not exist either. */
  get(key: GroupKey): Group {
    const group = this.find(key);
    if (!group) {
      throw new Refusal(404, 'InvalidSecurityGroupId.NotFound', 'The specified SecurityGroupId does not exist.');
    }
    return group;
  }

  find(key: GroupKey): Group | undefined {
    return this.#groups.get(keyOf(key));
  }

  /** The groups of one account in one region. */
  list(accountId: string, regionId: string): readonly Group[] {
    return [...this.#groups.values()].filter((group) => group.accountId === accountId && group.regionId === regionId);
  }

  all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  save(group: Group, nowMs: number): void {
    this.#store.save(group);
    this.#remember(group, nowMs);
    this.#groups.set(keyOf(group), group);
  }

  remove(key: GroupKey): void {
    this.#store.remove(key);
    this.#groups.delete(keyOf(key));
    this.#past.delete(keyOf(key));
  }

  /** The rules as they were at an instant; the oldest that is known, if the past does not reach so far. */
  rulesAt(group: Group, atMs: number): readonly Rule[] {
    const versions = this.#past.get(keyOf(group)) ?? [];
    return versions.findLast((version) => version.atMs <= atMs)?.rules ?? versions[0]?.rules ?? group.rules;
  }

  /** Puts everything back to the starting state, in the store too. */
  reset(): void {
    for (const group of this.all()) {
      this.remove(group);
    }
    this.#begin();
  }

  #begin(): void {
    for (const group of this.#startingState()) {
      this.#store.save(group);
      this.#groups.set(keyOf(group), group);
    }
    this.#store.begin();
  }

  #remember(group: Group, nowMs: number): void {
    const key = keyOf(group);
    const before = this.#groups.get(key);
    const versions = this.#past.get(key) ?? [{ atMs: Number.NEGATIVE_INFINITY, rules: before?.rules ?? [] }];
    if (before?.rules === group.rules) {
      return;
    }
    versions.push({ atMs: nowMs, rules: group.rules });
    // One version older than the kept past must stay: it holds the rules of the past's first moment.
    const firstWithin = versions.findIndex((version) => version.atMs > nowMs - PAST_KEPT_MS);
    versions.splice(0, Math.max(0, firstWithin - 1));
    this.#past.set(key, versions);
  }
}

function keyOf({ accountId, regionId, id }: GroupKey): string {
  return `${accountId}/${regionId}/${id}`;
}
