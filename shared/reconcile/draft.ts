import type { Lease, Link } from '../lease/lease.ts';
import type { Hand } from './hand.ts';
import type { LedgerTx } from './ledger-port.ts';
import type { AuditEntry, Operation, RuleRow } from './ledger-rows.ts';
import type { Claimant } from './schedule.ts';

/** Something a person must know now: written to the audit and logged as an error. */
export type Alarm = { readonly code: string; readonly message: string; readonly leaseIds: readonly string[] };

/**
 * Everything that one transaction may change, loaded and locked, with what was changed on it. The steps of a turn
 * work on it in memory; `save` writes the differences.
 */
export class Draft {
  readonly nowMs: number;
  readonly audit: AuditEntry[] = [];
  readonly alarms: Alarm[] = [];
  readonly #rows = new Map<string, RuleRow>();
  readonly #links = new Map<string, Link>();
  /** Where to find the links of a rule and of a lease: a draft may hold a thousand of each. */
  readonly #linksOf = new Map<string, Set<string>>();
  readonly #leases = new Map<string, Lease>();
  readonly #operations = new Map<string, Operation>();
  readonly #changed = {
    rows: new Set<string>(),
    links: new Set<string>(),
    leases: new Set<string>(),
    operations: new Set<string>(),
  };
  readonly #born = new Set<string>();
  readonly #whole = new Set<string>();

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /** Locks the rules with all other rules of their leases, then the leases: rules before leases, always. */
  static async load(tx: LedgerTx, keys: readonly string[]): Promise<Draft> {
    const direct = await tx.linksOfRules(keys, 'live');
    const siblings = await tx.linksOfLeases([...new Set(direct.map((link) => link.leaseId))]);
    const allKeys = [...new Set([...keys, ...siblings.map((link) => link.ruleKey)])];
    const draft = new Draft(tx.nowMs);
    for (const row of await tx.rules(allKeys)) draft.#rows.set(row.key, row);
    // Read again now that the rules are locked: a lease that came meanwhile counts too.
    const links = await tx.linksOfRules(allKeys, 'live');
    for (const link of links) draft.#putLink(link);
    for (const lease of await tx.leases([...new Set(links.map((link) => link.leaseId))]))
      draft.#leases.set(lease.id, lease);
    const concerned = links.filter((link) => keys.includes(link.ruleKey)).map((link) => link.leaseId);
    await draft.#noteWhole(tx, new Set(concerned), siblings);
    for (const operation of await tx.openOperations(keys)) draft.#operations.set(operation.id, operation);
    return draft;
  }

  /** Of rules that this transaction was the first to write: nothing else can have to do with them. */
  static ofNew(nowMs: number, rows: readonly RuleRow[], leases: readonly Lease[], links: readonly Link[]): Draft {
    const draft = new Draft(nowMs);
    for (const row of rows) draft.#rows.set(row.key, row);
    for (const link of links) draft.#putLink(link);
    for (const lease of leases) {
      draft.#leases.set(lease.id, lease);
      draft.#whole.add(lease.id);
    }
    return draft;
  }

  /** A lease that came after the first read may have rules that are not locked here. */
  async #noteWhole(tx: LedgerTx, leaseIds: ReadonlySet<string>, siblings: readonly Link[]): Promise<void> {
    const known = new Set(siblings.map((link) => link.leaseId));
    const late = [...leaseIds].filter((id) => !known.has(id));
    const partial = (await tx.linksOfLeases(late)).filter((link) => !this.#rows.has(link.ruleKey));
    for (const id of leaseIds) if (!partial.some((link) => link.leaseId === id)) this.#whole.add(id);
  }

  get rows(): readonly RuleRow[] {
    return [...this.#rows.values()];
  }
  get leases(): readonly Lease[] {
    return [...this.#leases.values()];
  }
  /**
   * The leases of the rules that were asked for, with every rule of theirs. The others only share a rule with one
   * of these, and half of a lease's rules says nothing about the lease.
   */
  get wholeLeases(): readonly Lease[] {
    return this.leases.filter((lease) => this.#whole.has(lease.id));
  }
  get operations(): readonly Operation[] {
    return [...this.#operations.values()];
  }
  row(key: string): RuleRow {
    return must(this.#rows.get(key), `rule ${key}`);
  }
  lease(id: string): Lease {
    return must(this.#leases.get(id), `lease ${id}`);
  }
  operation(id: string): Operation {
    return must(this.#operations.get(id), `operation ${id}`);
  }
  operationOn(key: string): Operation | undefined {
    return this.operations.find((operation) => operation.state === 'open' && operation.ruleKeys.includes(key));
  }
  claimants(key: string): readonly Claimant[] {
    return this.#linksAt(`rule ${key}`).flatMap((link) => {
      const lease = this.#leases.get(link.leaseId);
      return lease ? [{ lease, link, isSettled: this.#whole.has(lease.id) }] : [];
    });
  }
  linksOf(leaseId: string): readonly Link[] {
    return this.#linksAt(`lease ${leaseId}`);
  }
  #linksAt(place: string): readonly Link[] {
    return [...(this.#linksOf.get(place) ?? [])].flatMap((key) => this.#links.get(key) ?? []);
  }

  setRow(key: string, change: Partial<RuleRow>): void {
    this.#rows.set(key, { ...this.row(key), ...change });
    this.#changed.rows.add(key);
  }
  /** A row that begins anew; whoever works it goes on holding it. */
  renewRow(row: RuleRow): void {
    const { claimId, claimUntilMs } = this.row(row.key);
    this.#rows.set(row.key, { ...row, claimId, claimUntilMs });
    this.#changed.rows.add(row.key);
  }
  /** Puts a rule down for one hand; what another hand put down stays put down. */
  hold(key: string, hand: Hand, untilMs: number): void {
    this.setRow(key, { held: { ...this.row(key).held, [hand]: untilMs } });
  }
  setLink(link: Link): void {
    this.#putLink(link);
    this.#changed.links.add(linkKey(link));
  }
  #putLink(link: Link): void {
    const key = linkKey(link);
    this.#links.set(key, link);
    for (const place of [`rule ${link.ruleKey}`, `lease ${link.leaseId}`]) {
      const there = this.#linksOf.get(place) ?? new Set();
      this.#linksOf.set(place, there.add(key));
    }
  }
  setLease(lease: Lease): void {
    this.#leases.set(lease.id, lease);
    this.#changed.leases.add(lease.id);
  }
  setOperation(id: string, change: Partial<Operation>): void {
    this.#operations.set(id, { ...this.operation(id), ...change });
    this.#changed.operations.add(id);
  }
  addOperation(operation: Operation): void {
    this.#operations.set(operation.id, operation);
    this.#born.add(operation.id);
  }
  alarm(alarm: Alarm): void {
    this.alarms.push(alarm);
    const leaseIds = alarm.leaseIds.length === 0 ? [undefined] : alarm.leaseIds;
    for (const leaseId of leaseIds) {
      this.audit.push({
        kind: 'alarm',
        leaseId,
        actor: 'curfew',
        data: { code: alarm.code, message: alarm.message },
      });
    }
  }

  async save(tx: LedgerTx): Promise<void> {
    const { rows, links, leases, operations } = this.#changed;
    const pick = <T>(from: Map<string, T>, keys: Iterable<string>): T[] =>
      [...keys].map((key) => must(from.get(key), key));
    const touched = [...operations].filter((id) => !this.#born.has(id));
    if (this.#born.size > 0) await tx.insertOperations(pick(this.#operations, this.#born));
    if (touched.length > 0) await tx.updateOperations(pick(this.#operations, touched));
    if (rows.size > 0) await tx.updateRules(pick(this.#rows, rows));
    if (leases.size > 0) await tx.updateLeases(pick(this.#leases, leases));
    if (links.size > 0) await tx.updateLinks(pick(this.#links, links));
    if (this.audit.length > 0) await tx.appendAudit(this.audit);
  }
}

const linkKey = (link: Link): string => `${link.leaseId} ${link.ruleKey}`;

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} was not loaded into this draft`);
  return value;
}
