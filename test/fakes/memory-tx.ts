import { isFinal, isWaiting, type Lease, type Link, needsReview } from '../../shared/lease/lease.ts';
import { duplicateRow, rowMissing, transactionOver } from '../../shared/ledger/ledger-error.ts';
import type { Hand } from '../../shared/reconcile/hand.ts';
import type { LedgerTx, RequestName } from '../../shared/reconcile/ledger-port.ts';
import type {
  AuditEntry,
  AuditRow,
  InboxRow,
  LeaseFilter,
  Operation,
  RuleFilter,
  RulePage,
  RuleRow,
} from '../../shared/reconcile/ledger-rows.ts';
import { type Target, targetKey } from '../../shared/rule/target.ts';
import { byText, type Journal, sortedKeys, type Table } from './memory-table.ts';
import type { MemoryTables } from './memory-tables.ts';

type Want = Parameters<LedgerTx['claimDue']>[0];

/** One transaction of the twin: writes go straight to the tables, and the journal knows the way back. */
export class MemoryTx implements LedgerTx {
  readonly nowMs: number;
  readonly #tables: MemoryTables;
  readonly #ownJournal: Journal;
  #isOver = false;
  #failure: Error | undefined;

  constructor(tables: MemoryTables, journal: Journal, nowMs: number) {
    this.#tables = tables;
    this.#ownJournal = journal;
    this.nowMs = nowMs;
  }

  /** Nothing can be written from now on. Throws if something failed: a database would have lost all of it. */
  finish(): void {
    this.close();
    if (this.#failure) throw this.#failure;
  }

  close(): void {
    this.#isOver = true;
  }

  /** Every write asks for it, so none comes late or after a failure. */
  get #journal(): Journal {
    if (this.#isOver) throw transactionOver();
    if (this.#failure) throw this.#failure;
    return this.#ownJournal;
  }

  #fail(error: Error): Error {
    this.#failure = error;
    return error;
  }

  #replace<Row>(table: Table<Row>, name: string, key: string, row: Row): void {
    if (!table.has(key)) throw this.#fail(rowMissing(name));
    table.set(this.#journal, key, row);
  }

  async insertMessages(rows: readonly InboxRow[]): Promise<readonly boolean[]> {
    return rows.map((row) => {
      const key = pair(row.source, row.id);
      if (this.#tables.inbox.has(key)) return false;
      this.#tables.inbox.set(this.#journal, key, row);
      return true;
    });
  }

  async findMessages(names: readonly Pick<InboxRow, 'source' | 'id'>[]): Promise<readonly InboxRow[]> {
    return names.flatMap(({ source, id }) => this.#tables.inbox.get(pair(source, id)) ?? []);
  }

  async updateMessage(row: InboxRow): Promise<void> {
    this.#replace(this.#tables.inbox, 'inbox', pair(row.source, row.id), row);
  }

  async parkedFor(requests: readonly RequestName[]): Promise<readonly InboxRow[]> {
    const parked = [...this.#tables.inbox.values()].filter((row) =>
      requests.some(({ source, requestId }) => row.source === source && row.parkedFor === requestId),
    );
    return parked.sort((a, b) => a.receivedAtMs - b.receivedAtMs || byText(a.id, b.id));
  }

  /** Transactions run one at a time: nobody else is writing anything down. */
  async holdRequests(): Promise<void> {}

  async forgetMarks(beforeMs: number, limit: number): Promise<number> {
    const isParked = (row: InboxRow) => Number(row.parkedFor !== undefined);
    const old = [...this.#tables.inbox.values()].filter(
      (row) => (row.source.includes('!') || isParked(row)) && row.receivedAtMs < beforeMs,
    );
    const oldest = old.sort((a, b) => isParked(a) - isParked(b) || a.receivedAtMs - b.receivedAtMs).slice(0, limit);
    for (const { source, id } of oldest) this.#tables.inbox.delete(this.#journal, pair(source, id));
    return oldest.length;
  }

  async insertRules(rows: readonly RuleRow[]): Promise<readonly boolean[]> {
    return rows.map((row) => {
      const isNew = !this.#tables.rules.has(row.key);
      if (isNew) this.#tables.rules.set(this.#journal, row.key, row);
      return isNew;
    });
  }

  async rules(keys: readonly string[]): Promise<readonly RuleRow[]> {
    return pick(this.#tables.rules, sortedKeys(keys));
  }

  peekRules(keys: readonly string[]): Promise<readonly RuleRow[]> {
    return this.rules(keys);
  }

  async updateRules(rows: readonly RuleRow[]): Promise<void> {
    for (const row of rows) this.#replace(this.#tables.rules, 'rule', row.key, row);
  }

  async claimDue({ hand, target, claimId, untilMs, limit }: Want): Promise<readonly RuleRow[]> {
    const due: RuleRow[] = [];
    for (const row of this.#tables.rules.values()) if (this.#isClaimable(row, hand)) due.push(row);
    if (due.length === 0) return [];
    due.sort(
      (a, b) =>
        dueOf(a, hand) - dueOf(b, hand) || byText(targetKey(a.target), targetKey(b.target)) || byText(a.key, b.key),
    );
    const wanted = target ?? due[0]?.target;
    if (wanted === undefined) return [];
    const group = targetKey(wanted);
    const claimed = due
      .filter((row) => targetKey(row.target) === group)
      .slice(0, limit)
      .map((row) => ({ ...row, claimId, claimUntilMs: untilMs }));
    await this.updateRules(claimed);
    return claimed;
  }

  async dueSoon(hand: Hand, afterMs: number, untilMs: number, limit: number) {
    const found = new Map<string, { target: Target; atMs: number }>();
    for (const row of this.#tables.rules.values()) {
      const atMs = dueOf(row, hand);
      if (afterMs < atMs && atMs <= untilMs)
        found.set(`${targetKey(row.target)} ${atMs}`, { target: row.target, atMs });
    }
    const soonest = [...found.values()].sort(
      (a, b) => a.atMs - b.atMs || byText(targetKey(a.target), targetKey(b.target)),
    );
    return soonest.slice(0, limit);
  }

  async insertLeases(added: readonly Lease[], links: readonly Link[]): Promise<void> {
    const { leases, leaseIds, rules } = this.#tables;
    for (const lease of added) {
      const request = pair(lease.source, lease.requestId);
      if (leases.has(lease.id) || leaseIds.has(request)) throw this.#fail(duplicateRow('lease'));
      leases.set(this.#journal, lease.id, lease);
      leaseIds.set(this.#journal, request, lease.id);
    }
    for (const link of links) {
      if (!rules.has(link.ruleKey)) throw this.#fail(rowMissing('rule'));
      this.#insertLink(link);
    }
  }

  async leases(ids: readonly string[]): Promise<readonly Lease[]> {
    return pick(this.#tables.leases, sortedKeys(ids));
  }

  peekLeases(ids: readonly string[]): Promise<readonly Lease[]> {
    return this.leases(ids);
  }

  async findLeaseIds(requests: Parameters<LedgerTx['findLeaseIds']>[0]): Promise<readonly (string | undefined)[]> {
    const { leases, leaseIds } = this.#tables;
    return requests.map(({ source, requestId }) => {
      if (requestId === undefined) return undefined;
      if (source !== undefined) return leaseIds.get(pair(source, requestId));
      return [...leases.values()].filter((lease) => lease.requestId === requestId).sort(newestFirst)[0]?.id;
    });
  }

  async updateLeases(leases: readonly Lease[]): Promise<void> {
    for (const lease of leases) this.#replace(this.#tables.leases, 'lease', lease.id, lease);
  }

  async listLeases(filter: LeaseFilter): Promise<readonly Lease[]> {
    const { states, securityGroupId, requester, isLive, endsIn, before, limit } = filter;
    const isReview = filter.needsReview === true;
    const found = [...this.#tables.leases.values()].filter(
      (lease) =>
        (states === undefined || states.includes(lease.state)) &&
        (securityGroupId === undefined || lease.target.securityGroupId === securityGroupId) &&
        (requester === undefined || lease.requester.id === requester) &&
        (!isReview || needsReview(lease)) &&
        (isLive === undefined || isLive !== isFinal(lease.state)) &&
        (endsIn === undefined || (lease.expiresAtMs > endsIn.afterMs && lease.expiresAtMs <= endsIn.untilMs)) &&
        (before === undefined || newestFirst(lease, before) > 0),
    );
    return found.sort(newestFirst).slice(0, limit);
  }

  async leasesBetween(target: Target, fromMs: number, untilMs: number): Promise<readonly Lease[]> {
    const group = targetKey(target);
    const mayMatter = (lease: Lease) =>
      isFinal(lease.state)
        ? (lease.state === 'ended' || lease.state === 'withdrawn') &&
          lease.expiresAtMs > fromMs &&
          lease.startsAtMs < untilMs
        : !isWaiting(lease);
    const found = [...this.#tables.leases.values()].filter(
      (lease) => targetKey(lease.target) === group && mayMatter(lease),
    );
    return found.sort((a, b) => byText(a.id, b.id));
  }

  async linksOfRules(keys: readonly string[], of: 'live' | 'all'): Promise<readonly Link[]> {
    const all = sortedKeys(keys).flatMap((key) =>
      pick(this.#tables.links, sortedKeys(this.#tables.linksOfRule.of(key))),
    );
    return of === 'all' ? all : all.filter((link) => this.#isLive(link.leaseId));
  }

  async linksOfLeases(ids: readonly string[]): Promise<readonly Link[]> {
    return sortedKeys(ids).flatMap((id) => pick(this.#tables.links, sortedKeys(this.#tables.linksOfLease.of(id))));
  }

  async updateLinks(links: readonly Link[]): Promise<void> {
    for (const link of links) this.#replace(this.#tables.links, 'lease_rule', linkKey(link), link);
  }

  async insertOperations(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      if (this.#tables.operations.has(operation.id)) throw this.#fail(duplicateRow('operation'));
      this.#tables.operations.set(this.#journal, operation.id, operation);
      if (operation.state === 'open') this.#indexOperation(operation, 'add');
    }
  }

  async openOperations(ruleKeys: readonly string[]): Promise<readonly Operation[]> {
    const ids = sortedKeys(ruleKeys.flatMap((key) => this.#tables.openOperations.of(key)));
    return pick(this.#tables.operations, ids).sort((a, b) => a.intendedAtMs - b.intendedAtMs || byText(a.id, b.id));
  }

  async updateOperations(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      const before = this.#tables.operations.get(operation.id);
      this.#replace(this.#tables.operations, 'operation', operation.id, operation);
      // Rules that are settled leave an operation while it is open.
      if (before?.state === operation.state && before.ruleKeys.length === operation.ruleKeys.length) continue;
      if (before?.state === 'open') this.#indexOperation(before, 'remove');
      if (operation.state === 'open') this.#indexOperation(operation, 'add');
    }
  }

  async appendAudit(entries: readonly AuditEntry[]): Promise<void> {
    this.#tables.audit.append(this.#journal, this.nowMs, entries);
  }

  async auditOf(leaseId: string): Promise<readonly AuditRow[]> {
    return this.#tables.audit.rows().filter((row) => row.leaseId === leaseId);
  }

  async listRules({ afterKey = '', limit, ...filter }: RuleFilter): Promise<RulePage> {
    const { securityGroupId, isLive, isPresent, isStuck } = filter;
    const isLinked = (key: string) =>
      pick(this.#tables.links, this.#tables.linksOfRule.of(key)).some((link) => this.#isLive(link.leaseId));
    const found = [...this.#tables.rules.values()].filter(
      (row) =>
        row.key > afterKey &&
        (securityGroupId === undefined || row.target.securityGroupId === securityGroupId) &&
        (isLive === undefined || isLive === isLinked(row.key)) &&
        (isPresent === undefined || isPresent === row.isPresent) &&
        (isStuck === undefined || isStuck === row.isStuck),
    );
    const rows = found.sort((a, b) => byText(a.key, b.key)).slice(0, limit);
    const last = rows.at(-1);
    return rows.length === limit && last ? { rows, nextKey: last.key } : { rows };
  }

  async knownTargets(): Promise<readonly Target[]> {
    const found = new Map<string, Target>();
    for (const { target } of this.#tables.rules.values()) found.set(targetKey(target), target);
    return [...found].sort(([a], [b]) => byText(a, b)).map(([, target]) => target);
  }

  async getSetting(name: string): Promise<unknown> {
    const text = this.#tables.settings.get(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async getSettings(names: readonly string[]): Promise<readonly unknown[]> {
    return Promise.all(names.map(async (name) => (await this.getSetting(name)) ?? null));
  }

  /** Transactions run one at a time: whatever one reads, it holds. */
  holdSettings(names: readonly string[]): Promise<readonly unknown[]> {
    return this.getSettings(names);
  }

  async setSetting(name: string, value: unknown): Promise<void> {
    this.#tables.settings.set(this.#journal, name, JSON.stringify(value) ?? 'null');
  }

  #isClaimable(row: RuleRow, hand: Hand): boolean {
    return dueOf(row, hand) <= this.nowMs && (row.claimUntilMs === undefined || row.claimUntilMs <= this.nowMs);
  }

  #isLive(leaseId: string): boolean {
    const lease = this.#tables.leases.get(leaseId);
    return lease !== undefined && !isFinal(lease.state);
  }

  #insertLink(link: Link): void {
    const { links, linksOfLease, linksOfRule } = this.#tables;
    const key = linkKey(link);
    if (links.has(key)) throw this.#fail(duplicateRow('lease_rule'));
    links.set(this.#journal, key, link);
    linksOfRule.add(this.#journal, link.ruleKey, key);
    linksOfLease.add(this.#journal, link.leaseId, key);
  }

  #indexOperation(operation: Operation, change: 'add' | 'remove'): void {
    for (const key of operation.ruleKeys) this.#tables.openOperations[change](this.#journal, key, operation.id);
  }
}

const pair = (first: string, second: string): string => `${first} ${second}`;
const linkKey = (link: Link): string => pair(link.leaseId, link.ruleKey);
const dueOf = (row: RuleRow, hand: Hand): number => row.dueMs[hand] ?? Number.POSITIVE_INFINITY;

type Place = { readonly createdAtMs: number; readonly id: string };
const newestFirst = (a: Place, b: Place): number => b.createdAtMs - a.createdAtMs || byText(b.id, a.id);

function pick<Row>(table: Table<Row>, keys: readonly string[]): Row[] {
  return keys.flatMap((key) => table.get(key) ?? []);
}
