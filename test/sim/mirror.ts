import { isFinal, type Lease, type Link, noEndMs } from '../../shared/lease/lease.ts';
import type { Operation, RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import type { Rule } from '../../shared/rule/rule.ts';
import { peerOf } from '../../shared/rule/rule.ts';
import type { Write } from './watched-ledger.ts';

/** The ledger's committed rows, as the checkers read them between two events. */
export class Mirror {
  readonly rules = new Map<string, RuleRow>();
  readonly leases = new Map<string, Lease>();
  readonly links = new Map<string, Link>();
  readonly operations = new Map<string, Operation>();
  readonly byToken = new Map<string, Operation>();
  /** Every rule id that the ledger ever recorded as ours. */
  readonly seenIds = new Set<string>();
  /** Every operation whose rule the ledger has seen, with the id that it was first seen on. */
  readonly firstSeenOn = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  /** What a backup of the ledger holds. That an intent was committed once stays true, and so it stays known. */
  copy(): Mirror {
    const copy = new Mirror();
    copy.restore(this);
    return copy;
  }

  restore(from: Mirror): void {
    refill(this.rules, from.rules);
    refill(this.leases, from.leases);
    refill(this.links, from.links);
    refill(this.operations, from.operations);
    refill(this.firstSeenOn, from.firstSeenOn);
    this.seenIds.clear();
    for (const id of from.seenIds) this.seenIds.add(id);
  }

  apply(write: Write): void {
    switch (write.kind) {
      case 'rule':
        this.rules.set(write.row.key, write.row);
        if (write.row.ruleId !== undefined) this.seenIds.add(write.row.ruleId);
        this.#noteFirst(write.row);
        if (!this.#keys.has(write.row.key)) this.#keys.set(write.row.key, simKey(write.row));
        return;
      case 'lease':
        this.leases.set(write.row.id, write.row);
        return;
      case 'link':
        this.links.set(`${write.row.leaseId} ${write.row.ruleKey}`, write.row);
        return;
      case 'operation':
        this.operations.set(write.row.id, write.row);
        if (write.isNew) this.byToken.set(write.row.clientToken, write.row);
        return;
      case 'message':
        return;
    }
  }

  /** When the last of the leases ends that are not over; those that end at all. */
  lastEndMs(): number {
    const ends = [...this.leases.values()].filter(({ state }) => !isFinal(state)).map(({ expiresAtMs }) => expiresAtMs);
    return Math.max(0, ...ends.filter((ms) => ms < noEndMs));
  }

  #noteFirst({ lastSeen }: RuleRow): void {
    if (lastSeen && !this.firstSeenOn.has(lastSeen.operationId))
      this.firstSeenOn.set(lastSeen.operationId, lastSeen.ruleId);
  }

  /** The simulation's own name for the tuple of a ledger's rule. */
  keyOf(ruleKey: string): string {
    return this.#keys.get(ruleKey) ?? ruleKey;
  }

  rowsOf(key: string): readonly RuleRow[] {
    return [...this.rules.values()].filter((row) => row.change === undefined && this.keyOf(row.key) === key);
  }

  linksOf(leaseId: string): readonly Link[] {
    return [...this.links.values()].filter((link) => link.leaseId === leaseId);
  }

  linkOf(leaseId: string, key: string): Link | undefined {
    return this.linksOf(leaseId).find((link) => this.keyOf(link.ruleKey) === key);
  }
}

function refill<Value>(map: Map<string, Value>, from: ReadonlyMap<string, Value>): void {
  const entries = [...from];
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function simKey({ target, rule }: RuleRow): string {
  return `${target.securityGroupId} ${words(rule)}`.toLowerCase();
}

const words = (rule: Rule): string =>
  [rule.direction, rule.ipProtocol, rule.portRange, peerOf(rule)?.value, rule.policy, rule.priority].join(' ');
