import { createHash } from 'node:crypto';
import { formatInstant } from '../rule/instant.ts';
import { type Target, targetKey } from '../rule/target.ts';
import type { Answer, Listing, NotListed, RuleApi } from './cloud-port.ts';
import { isGroupGone } from './groups.ts';
import type { Hand } from './hand.ts';
import { identify } from './ownership.ts';
import { wakeAt } from './schedule.ts';
import { fillBatch, isStamped, nameOf, type Stamped } from './stamped-batch.ts';
import { horizonMs, type WorkDeps } from './work.ts';

/**
 * What is overdue by less is left to the ledger, which may be back in a moment: by the wall clock alone nothing may
 * end early, and clocks differ.
 */
const graceMs = 30_000;
const workersMax = 4;
/** A batch a round: so many are far more than a group can hold, unless its listing lags. */
const roundsMax = 40;
const triesMax = 3;

export type StampDeps = Pick<WorkDeps, 'apiFor' | 'ids' | 'log' | 'stampKeys' | 'nudger'> & {
  /** The wall clock: the ledger's time is away too. */
  readonly nowMs: () => number;
};

/** One rule that went without the ledger's knowledge, for the ledger to learn of it later. */
export type Removal = {
  readonly target: Target;
  readonly key: string;
  readonly ruleId?: string | undefined;
  readonly operationId: string;
  readonly endsAtMs: number;
  readonly removedAtMs: number;
  readonly answer: Answer['kind'];
};
export type StampReport = {
  readonly groups: number;
  readonly removed: number;
  readonly failures: number;
  readonly removals: readonly Removal[];
};

/**
 * Removes, by id, every rule whose stamp is proven and whose end lies more than the grace back. The stamps are all
 * that is known while the ledger is away: an extension that never reached its stamp ends early, and nothing stays
 * open. It is the one path that sends before it journals; the log holds each removal instead.
 */
export async function removeByStamps(
  deps: StampDeps,
  targets: readonly Target[],
  mayGoOn: () => boolean,
): Promise<StampReport> {
  const report = { groups: 0, removed: 0, failures: 0 };
  const removals: Removal[] = [];
  const queue = [...new Map(targets.map((target) => [targetKey(target), target])).values()];
  const wakes: { hand: Hand; target: Target; atMs: number }[] = [];
  const worker = async (): Promise<void> => {
    for (let target = queue.shift(); target; target = queue.shift()) {
      if (!mayGoOn()) return;
      report.groups += 1;
      const group = await clearGroup(deps, target, mayGoOn);
      report.failures += group?.failures ?? 1;
      removals.push(...(group?.removals ?? []));
      if (group?.nextMs !== undefined) wakes.push({ hand: 'revoke', target, atMs: group.nextMs });
    }
  };
  await Promise.all(Array.from({ length: workersMax }, worker));
  if (wakes.length > 0) await deps.nudger.nudge(wakes, deps.nowMs());
  return { ...report, removed: removals.length, removals };
}

/** Undefined for a group that this deployment does not serve any more: it never keeps the others waiting. */
async function clearGroup(deps: StampDeps, target: Target, mayGoOn: () => boolean): Promise<GroupByStamps | undefined> {
  try {
    const group = new GroupByStamps(deps, target);
    await group.clear(mayGoOn);
    return group;
  } catch (error) {
    deps.log.event('error', 'a group could not be cleared without the ledger', { error, target: targetKey(target) });
    return undefined;
  }
}

/** One group: look, send one batch, look again, until a look shows nothing that is overdue. */
class GroupByStamps {
  readonly removals: Removal[] = [];
  failures = 0;
  /** When its next stamp falls due, if that is before the next sweep. */
  nextMs: number | undefined;
  readonly #deps: StampDeps;
  readonly #target: Target;
  readonly #api: RuleApi;
  /** Answered "done": a listing that still shows it lags. */
  readonly #done = new Set<string>();
  readonly #tries = new Map<string, number>();
  #batchMax: number;

  constructor(deps: StampDeps, target: Target) {
    this.#deps = deps;
    this.#target = target;
    this.#api = deps.apiFor(target);
    this.#batchMax = this.#api.abilities.batchMax;
  }

  async clear(mayGoOn: () => boolean): Promise<void> {
    for (let round = 1; round <= roundsMax && mayGoOn(); round += 1) {
      const look = await this.#api.describe(this.#target);
      if (look.kind !== 'listed') return this.#notListed(look);
      const due = this.#overdue(look).filter((one) => !this.#done.has(nameOf(one)));
      const open = due.filter((one) => (this.#tries.get(nameOf(one)) ?? 0) < triesMax);
      const batch = fillBatch(open, this.#api, this.#batchMax);
      // A process that was frozen since it looked knows nothing of an end that was moved meanwhile.
      if (batch.length === 0 || !mayGoOn()) return;
      if (!(await this.#remove(batch))) return;
    }
  }

  #failed(message: string, fields: Record<string, unknown>): void {
    this.failures += 1;
    this.#deps.log.event('error', message, { ...fields, alarm: true, target: targetKey(this.#target) });
  }

  #overdue(look: Listing): readonly Stamped[] {
    const nowMs = this.#deps.nowMs();
    const stamped = identify(this.#target, look.rules, this.#deps.stampKeys).filter(isStamped);
    const dueMs = (one: Stamped): number => one.stamp.endsAtMs + graceMs;
    const later = stamped.map(dueMs).filter((ms) => ms > nowMs && ms <= nowMs + horizonMs);
    this.nextMs = later.length === 0 ? undefined : wakeAt(Math.min(...later), nowMs);
    return stamped.filter((one) => dueMs(one) <= nowMs);
  }

  /** False when there is no use in going on now. */
  async #remove(batch: readonly Stamped[]): Promise<boolean> {
    const { ids } = this.#deps;
    const direction = batch[0]?.listed.rule?.direction ?? 'ingress';
    const ruleIds = batch.flatMap(({ listed }) => listed.ruleId ?? []);
    const rules = batch.flatMap(({ listed }) => listed.rule ?? []);
    const request = this.#api.prepare(this.#target, { kind: 'revoke', direction, ruleIds, rules });
    // No journal to keep it in: every intent has a nonce of its own, and what is removed twice is removed.
    const token = `cf-${createHash('sha256').update(ids.nonce()).digest('hex').slice(0, 53)}`;
    const answer = await this.#api.send(this.#target, 'revoke', direction, request, token);
    for (const one of batch) this.#tries.set(nameOf(one), (this.#tries.get(nameOf(one)) ?? 0) + 1);
    if (answer.kind === 'refused') return this.#refused(batch, answer);
    for (const one of batch) this.#removed(one, answer);
    return true;
  }

  /** A request without an answer may have removed it too; if it did not, the next look shows it again. */
  #removed({ listed: { ruleId }, key, stamp }: Stamped, answer: Answer): void {
    const name = ruleId ?? key;
    if (answer.kind === 'done') this.#done.add(name);
    const known = this.removals.findIndex((one) => (one.ruleId ?? one.key) === name);
    if (known >= 0) this.removals.splice(known, 1);
    const { operationId, endsAtMs } = stamp;
    const removedAtMs = this.#deps.nowMs();
    const removal = { target: this.#target, key, ruleId, operationId, endsAtMs, removedAtMs, answer: answer.kind };
    this.removals.push(removal);
    this.#deps.log.event('warn', 'an overdue rule was removed by its stamp, without the ledger', {
      code: 'REMOVED_WITHOUT_LEDGER',
      ruleId,
      key,
      operationId,
      leaseEnd: formatInstant(endsAtMs),
      target: targetKey(this.#target),
      answer: answer.kind,
      answerCode: answer.kind === 'unknown' ? answer.code : undefined,
      cloudRequestId: answer.requestId,
    });
  }

  #refused(batch: readonly Stamped[], answer: Extract<Answer, { kind: 'refused' }>): boolean {
    // Somebody else was quicker with one of them: the next look shows who is left.
    if (answer.class === 'rule-gone') return true;
    const isAboutAll = ['throttled', 'busy', 'permission', 'credentials', 'group-gone'].includes(answer.class);
    if (!isAboutAll && batch.length > 1) {
      this.#batchMax = Math.max(1, Math.floor(batch.length / 2));
      for (const one of batch) this.#tries.delete(nameOf(one));
      return true;
    }
    const { code, message } = answer;
    this.#failed(`an overdue rule could not be removed without the ledger: ${message}`, { code });
    for (const one of batch) this.#tries.set(nameOf(one), triesMax);
    return !isAboutAll;
  }

  #notListed(look: NotListed): void {
    if (isGroupGone(look)) return;
    this.#failed(`a group could not be listed without the ledger: ${look.message}`, { code: look.code });
  }
}
