import { isFinal, type Lease, type Link } from '../../shared/lease/lease.ts';
import type { Result } from '../../shared/reconcile/receive.ts';
import { readStamp } from '../../shared/rule/stamp.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { bounds } from './bounds.ts';
import { ChangeCheckers } from './change-checkers.ts';
import type { Cloud } from './cloud.ts';
import type { Engine } from './engine.ts';
import { leftovers } from './leftovers.ts';
import { Losing, type Loss, type Promised } from './loss.ts';
import { Mirror } from './mirror.ts';
import { type Expected, Oracle, type OracleBackup } from './oracle.ts';
import type { Owned } from './owned.ts';
import { isWhole, type Plan } from './plan.ts';
import { Residuals } from './residuals.ts';
import { type Effect, isOurs, type KnownRule } from './truth.ts';
import type { Commit, Write } from './watched-ledger.ts';
import type { Spec } from './workload.ts';

export type Violation = {
  readonly checker: string;
  readonly message: string;
  readonly key: string;
  readonly atMs: number;
};

const minuteMs = 60_000;
const never = Number.POSITIVE_INFINITY;
/** More waits than that in one minute are a loop that feeds itself. */
const eventsPerMinuteMax = 2_500;
type Given = {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly cloud: Cloud;
  readonly specs: readonly Spec[];
  readonly owned: readonly Owned[];
  readonly isRecovering: () => boolean;
  readonly mayFreeze: boolean;
};

/** Judges a run by what was sent, what the cloud shows and what the ledger committed; knows nothing of the loop. */
export class Checkers {
  violation: Violation | undefined;
  readonly overrunsMs: number[] = [];
  readonly mirror = new Mirror();
  readonly oracle: Oracle;
  readonly #residuals: Residuals;
  readonly #plan: Plan;
  readonly #engine: Engine;
  readonly #cloud: Cloud;
  readonly #slackMs: number;
  readonly #acknowledgements: Acknowledgements;
  readonly #changes: ChangeCheckers;
  #eventsBefore = 0;
  #losing: Losing | undefined;
  #backup: { readonly mirror: Mirror; readonly oracle: OracleBackup } | undefined;
  readonly #isRecovering: () => boolean;
  readonly #mayFreeze: boolean;
  readonly #absentSinceMs = new Map<string, number>();
  /** Removed without the ledger, which may never hear of it when the instance dies. */
  readonly #byStamp = new Set<string>();
  readonly #decidedMs = new Map<string, number>();
  /** Rules of leases that a lost ledger does not know any more: their calls were made all the same. */
  #forgotten = 0;
  readonly #startedMs: number;

  constructor(world: Given) {
    this.#isRecovering = world.isRecovering;
    this.#mayFreeze = world.mayFreeze;
    this.#plan = world.plan;
    this.#startedMs = world.engine.nowMs;
    this.#engine = world.engine;
    this.#cloud = world.cloud;
    this.oracle = new Oracle(world.specs);
    this.#residuals = new Residuals(world.cloud.truth, this.mirror);
    this.#acknowledgements = new Acknowledgements(world.specs);
    this.#slackMs = world.plan.rates['clock-step'] > 0 ? 6_000 : 0;
    const { plan, cloud, engine, owned } = world;
    const { mirror, oracle } = this;
    const [slackMs, now, fail] = [this.#slackMs, () => engine.nowMs, this.fail.bind(this)];
    this.#changes = new ChangeCheckers({ plan, cloud, mirror, oracle, slackMs, now, fail }, owned);
  }

  /** What happened that the protocol cannot know better. */
  get residuals(): number {
    return this.#residuals.count;
  }

  fail(checker: string, key: string, message: string): void {
    this.violation ??= { checker, message, key, atMs: this.#engine.nowMs };
  }

  // --------------------------------------------------------- a ledger lost

  backup(): void {
    this.#backup = { mirror: this.mirror.copy(), oracle: this.oracle.backup() };
  }

  /** From now on the ledger is what it was at its backup: the excuse for what was acknowledged since, and for no more. */
  lost(loss: Loss): void {
    const { mirror, oracle } = (loss.isEmpty ? undefined : this.#backup) ?? {
      mirror: new Mirror(),
      oracle: { leases: [], parked: [] },
    };
    const asked = this.#asked();
    const promised = this.#promised(loss.atMs);
    this.mirror.restore(mirror);
    this.oracle.restore(oracle);
    this.#forgotten += asked - this.#asked();
    this.#acknowledgements.forget();
    this.#absentSinceMs.clear();
    this.#losing = new Losing(loss, promised);
  }

  /** Rules that a lease wants, and whose stamps say so: whoever has lost the ledger can know as much. */
  #promised(atMs: number): readonly Promised[] {
    return this.#residuals.ours().flatMap((rule) => {
      const ends = this.oracle.wanting(rule.key, atMs).map((lease) => this.oracle.endOf(lease));
      const untilMs = Math.min(readStamp(rule.nowDescription)?.endsAtMs ?? 0, Math.max(0, ...ends));
      return untilMs > atMs ? [{ ruleId: rule.id, untilMs }] : [];
    });
  }

  /** I3, after a loss: what nobody remembers stays until its stamp's end, unless another lease on it spoke since. */
  #keepsWord(rule: KnownRule, intendedAtMs: number): void {
    const untilMs = this.#losing?.promisedUntilMs(rule.id, intendedAtMs) ?? 0;
    const isTouched = rule.nowKey !== rule.key || rule.editedByHandMs !== undefined;
    if (intendedAtMs >= untilMs - this.#slackMs || isTouched || !this.#isForgotten(rule)) return;
    if (this.oracle.hasLease(rule.key)) return;
    this.fail('I3', rule.key, `${rule.id} was removed ${(untilMs - intendedAtMs) / 1000} s before its stamp's end`);
  }

  recoveryBegun(): void {
    if (this.#losing) this.#losing.hasBegun = true;
  }

  /** The ledger is looked after; from the first moment on, when it does not know yet that it is new. */
  get isAtRisk(): boolean {
    const { nowMs } = this.#engine;
    return nowMs < this.#startedMs + 5 * minuteMs || this.#losing?.isUnderWay(nowMs) === true;
  }

  /** Made by a request that the ledger does not remember. */
  #isForgotten(rule: KnownRule): boolean {
    const operationId = readStamp(rule.description)?.operationId;
    return this.#losing !== undefined && operationId !== undefined && !this.mirror.operations.has(operationId);
  }

  /** Intended when the ledger held what it has forgotten since: what was wanted then is not known any more. */
  #isOfLostTime(intendedAtMs: number): boolean {
    const { sinceMs, atMs } = this.#losing?.loss ?? { sinceMs: Number.POSITIVE_INFINITY, atMs: 0 };
    return sinceMs <= intendedAtMs && intendedAtMs < atMs;
  }

  /** Removed by us in the time that the ledger has forgotten: to it that is somebody else's hand. */
  #wasForgotten(key: string): boolean {
    if (this.#byStamp.has(key)) return true;
    const sinceMs = this.#losing?.loss.sinceMs;
    if (sinceMs === undefined) return false;
    return this.#cloud.truth.of(key).some((rule) => isOurs(rule) && (rule.removedAtMs ?? 0) >= sinceMs - minuteMs);
  }

  // ------------------------------------------------------------- the ledger

  onCommit(commit: Commit): void {
    const ended: Lease[] = [];
    this.#takeDecrees(commit);
    for (const write of commit.writes) {
      const before = write.kind === 'lease' ? this.mirror.leases.get(write.row.id) : undefined;
      if (write.kind === 'lease' && isFinal(write.row.state) && !isFinal(before?.state ?? 'scheduled'))
        ended.push(write.row);
      if (write.kind === 'lease' && before?.isUndecided && !write.row.isUndecided)
        this.#decidedMs.set(write.row.id, commit.nowMs);
      this.#judge(write, commit.nowMs);
      this.mirror.apply(write);
    }
    const overlooked = this.oracle.overlooked;
    if (overlooked) this.fail('I3', overlooked, 'it came before its request, and was forgotten when that came');
    for (const lease of ended) this.#judgeFinal(lease);
    for (const write of commit.writes) {
      if (write.kind === 'lease' && this.mirror.leases.get(write.row.id) === write.row) this.#judgeLease(write.row);
    }
  }

  /** What an operator made ours, or gave up: from now on it is nobody's business of ours, and stays. */
  #takeDecrees({ writes }: Commit): void {
    const { truth } = this.#cloud;
    const isAdoption = writes.some((write) => write.kind === 'message' && write.row.action === 'adopt');
    for (const write of writes) {
      if (write.kind === 'rule' && isAdoption) truth.decree(write.row.ruleId, true);
      if (write.kind !== 'lease' || write.row.error?.code !== 'ABANDONED') continue;
      for (const key of this.oracle.leases.get(write.row.id)?.keys ?? [])
        for (const { id } of truth.of(key)) truth.decree(id, false);
    }
  }

  #judge(write: Write, nowMs: number): void {
    if (write.kind === 'message') {
      const isOver = (id: string) => this.#isOver(this.mirror.leases.get(id), nowMs);
      const wrong = write.isNew
        ? this.oracle.accepted(write.row, nowMs, isOver)
        : this.oracle.unparked(write.row, nowMs);
      if (wrong) this.fail('I3', write.row.id, wrong);
    }
    if (write.kind === 'lease') {
      const before = this.mirror.leases.get(write.row.id);
      if (before && isFinal(before.state) && before.state !== write.row.state)
        this.fail('final', write.row.requestId, `${before.state} became ${write.row.state}`);
    }
    if (write.kind === 'link') this.#judgeLink(write.row);
  }

  /** Over for a reason that messages do not tell: removed by hand, or refused by the cloud. */
  #isOver(lease: Lease | undefined, nowMs: number): boolean {
    return lease !== undefined && (isFinal(lease.state) || (lease.cutAtMs ?? Number.POSITIVE_INFINITY) <= nowMs);
  }

  #judgeLink(link: Link): void {
    const before = this.mirror.links.get(`${link.leaseId} ${link.ruleKey}`);
    const key = this.mirror.keyOf(link.ruleKey);
    const { truth } = this.#cloud;
    if (this.oracle.leases.get(link.leaseId)?.change) {
      if (link.isWithdrawn && !before?.isWithdrawn) this.#changes.withdrawn(link);
      if (link.openedAtMs !== undefined && before?.openedAtMs === undefined) this.#changes.made(link);
      return;
    }
    if (link.isWithdrawn && !before?.isWithdrawn && !truth.wasRemovedByHand(key) && !this.#wasForgotten(key))
      this.fail('seen', key, 'is called withdrawn though nobody removed it');
    if (
      link.isBorrowed &&
      !before?.isBorrowed &&
      !truth.isForeign(key, { ...this.#plan, sinceMs: this.#engine.nowMs - minuteMs })
    )
      this.fail('seen', key, 'is called borrowed though nobody else has it');
    if (link.openedAtMs === undefined || before?.openedAtMs !== undefined) return;
    const lastMs = truth.lastPresentMs(key, this.#engine.nowMs);
    // Scans and recoveries hold no claim: they go by a look that is up to two minutes old, and a listing lags.
    const isFound = this.mirror.leases.get(link.leaseId)?.source === 'recovered';
    const isThere = lastMs !== undefined && lastMs >= this.#engine.nowMs - (isFound ? 3 : 1) * minuteMs;
    if (!isThere && !truth.of(key).some((rule) => this.#residuals.isLandingCopy(rule) !== undefined))
      this.fail('seen', key, 'a rule is called open that was not there within the last minute');
  }

  /** Of a lease that is not over, if past its end: it will be judged by this rule itself. */
  #isInHand(key: string): boolean {
    return [...this.oracle.leases].some(([id, { keys }]) => {
      const lease = keys.includes(key) ? this.mirror.leases.get(id) : undefined;
      return lease !== undefined && !isFinal(lease.state);
    });
  }

  /** A lease is over only when what it opened is gone, but for what another lease has or what landed just now. */
  #judgeFinal(lease: Lease): void {
    const { nowMs } = this.#engine;
    const keys = this.oracle.leases.get(lease.id)?.keys ?? [];
    const left = this.#residuals
      .ours()
      .filter((rule) => keys.includes(rule.key) && rule.createdAtMs < nowMs - minuteMs)
      // An old backup calls a lease over that it does not know to have begun: the recovery has to find its rule.
      .filter((rule) => !this.#isForgotten(rule))
      .filter((rule) => !this.#isInHand(rule.key));
    const orphan = left.find(
      (rule) => ![-this.#slackMs, 0, this.#slackMs].some((slackMs) => this.oracle.isWanted(rule.key, nowMs + slackMs)),
    );
    if (orphan) this.fail('final', orphan.key, `${lease.requestId} is ${lease.state} and ${orphan.id} is still there`);
  }

  #judgeLease(lease: Lease): void {
    const expected = this.oracle.leases.get(lease.id);
    if (!expected) {
      // Made of a stamp: whether that was ours is judged by what it comes to remove.
      if (lease.source === 'recovered' && this.#losing) return;
      this.fail('I3', lease.requestId, `lease ${lease.id} was never accepted`);
      return;
    }
    const isByUs = lease.cutAtMs !== undefined && lease.cutAtMs === expected.cutMs;
    if (lease.expiresAtMs !== expected.endMs || lease.startsAtMs !== expected.startMs)
      this.fail('I3', lease.requestId, `its window is not what was asked for`);
    if (lease.cutAtMs !== undefined && !isByUs && this.#plan.profile === 'calm' && !expected.change)
      this.fail('I3', lease.requestId, `it was cut short though nobody asked: ${lease.cutReason}`);
    if (lease.cutAtMs === undefined && expected.cutMs !== undefined)
      this.fail('I3', lease.requestId, 'its end was asked for and did not take effect');
    if (lease.state === 'active') {
      const links = this.mirror.linksOf(lease.id);
      if (links.some((link) => !link.isBorrowed && !link.isWithdrawn && link.openedAtMs === undefined))
        this.fail('seen', lease.requestId, 'active with a rule that was never seen');
    }
  }

  // -------------------------------------------------------------- the cloud

  onEffect(effect: Effect): void {
    this.#engine.trace(`${effect.kind} ${effect.rule.id} by ${effect.actor.who}`);
    if (effect.actor.who !== 'us') {
      this.#changes.byPerson(effect);
      return;
    }
    const { kind, rule, actor } = effect;
    const operation = this.mirror.byToken.get(actor.token ?? '');
    if (!operation) {
      if (kind === 'removed' && this.#isByStamp(rule, actor.sentAtMs)) return;
      this.fail('I4', rule.key, `${kind} ${rule.id} without an intent in the ledger`);
      return;
    }
    const verb = { created: 'authorize', removed: 'revoke', edited: 'modify' }[kind];
    if (operation.kind !== verb) this.fail('I4', rule.key, `${kind} by an operation that meant to ${operation.kind}`);
    if (this.#changes.byUs(effect, operation)) return;
    if (kind === 'created') this.#created(rule, operation.intendedAtMs, actor.sentAtMs);
    else this.#touched(effect, operation.intendedAtMs);
  }

  /** Without the ledger nothing can be journaled: what is ours goes by its stamp, once its end and the grace are over. */
  #isByStamp(rule: KnownRule, sentAtMs: number): boolean {
    const stamp = readStamp(rule.nowDescription);
    if (!stamp || !isWhole(this.#plan)) return false;
    if (!isOurs(rule) && !this.#residuals.excusesByStamp(rule)) return false;
    this.#byStamp.add(rule.key);
    // Looked at before another hand moved its end: it is removed by its id.
    const isMoved = rule.changedAtMs >= sentAtMs - minuteMs;
    if (this.#engine.nowMs < stamp.endsAtMs + 30_000 && !isMoved)
      this.fail('I3', rule.key, `${rule.id} was removed by its stamp before its end and grace`);
    if (!isOurs(rule)) return true;
    if (!this.#isForgotten(rule)) this.overrunsMs.push(this.#overrunMs(rule));
    this.#boundOverrun(rule);
    return true;
  }

  /** I5: what opens was wanted when it was intended, and was sent soon after. */
  #created(rule: KnownRule, intendedAtMs: number, sentAtMs: number): void {
    // One that a person edited into another since left its place to what was on its way.
    const isElsewhere = ({ nowKey, editedByHandMs = 0 }: KnownRule) => nowKey !== rule.key && editedByHandMs > sentAtMs;
    const twins = this.#residuals.ours().filter((one) => one.key === rule.key && !isElsewhere(one));
    if (twins.length > 1) this.fail('I3', rule.key, 'opened twice at once');
    // An ending of the same millisecond came after it.
    const isWanted = [intendedAtMs, intendedAtMs - 1].some((ms) => this.oracle.isWanted(rule.key, ms));
    if (!isWanted) this.fail('I5', rule.key, 'opened though nobody wanted it');
    const lastMs = this.oracle.lastWantedMs(rule.key, sentAtMs + this.#slackMs) + this.#slackMs;
    if (sentAtMs > lastMs + minuteMs) this.fail('I5', rule.key, 'sent more than a minute after its end');
  }

  #touched({ kind, rule }: Effect, intendedAtMs: number): void {
    if (!isOurs(rule)) {
      if (!this.#residuals.excuses(rule)) this.fail('I2', rule.key, `${kind} ${rule.id}, which is not ours`);
      return;
    }
    if (kind !== 'removed') return;
    const holders = (this.#isOfLostTime(intendedAtMs) ? [] : this.oracle.wanting(rule.key, intendedAtMs)).filter(
      (lease) => this.#sinceMs(lease) < intendedAtMs && this.#isPlain(lease.leaseId, rule.key),
    );
    if (holders.length > 0) this.fail('I3', rule.key, `removed though ${holders[0]?.requestId} still wants it`);
    this.#keepsWord(rule, intendedAtMs);
    if (!this.#isForgotten(rule)) this.overrunsMs.push(this.#overrunMs(rule));
    this.#boundOverrun(rule);
  }

  /** From when on a lease is reckoned with: one that was scheduled is decided again at its start. */
  #sinceMs({ leaseId, acceptedMs }: Expected): number {
    return this.#decidedMs.get(leaseId) ?? acceptedMs;
  }

  #isPlain(leaseId: string, key: string): boolean {
    const link = this.mirror.linkOf(leaseId, key);
    const lease = this.mirror.leases.get(leaseId);
    if (
      !link ||
      !lease ||
      lease.isUndecided ||
      isFinal(lease.state) ||
      lease.error !== undefined ||
      lease.cutAtMs !== undefined
    )
      return false;
    return !link.isBorrowed && !link.isWithdrawn && link.error === undefined;
  }

  /** I1: for how long, with the cloud within reach, a rule of ours has outlived the last lease that wanted it. */
  #overrunMs(rule: KnownRule): number {
    const { nowMs } = this.#engine;
    if (this.oracle.isWanted(rule.key, nowMs - this.#slackMs)) return 0;
    const wantedMs = Math.max(rule.createdAtMs, this.oracle.lastWantedMs(rule.key, nowMs) + this.#slackMs);
    const fromMs = this.#isForgotten(rule) ? Math.max(wantedMs, this.#losing?.knownAgainMs ?? 0) : wantedMs;
    if (fromMs >= nowMs) return 0;
    return Math.max(0, this.#cloud.availableMs(fromMs, nowMs));
  }

  #boundOverrun(rule: KnownRule): void {
    const overrunMs = this.#overrunMs(rule);
    if (overrunMs > bounds[this.#plan.profile].overrunMs)
      this.fail('I1', rule.key, `${rule.id} outlived its lease by ${(overrunMs / 1000).toFixed(1)} s`);
  }

  // ---------------------------------------------------------------- by time

  /** Asked every minute: what is there too long, what is missing too long, what nobody takes up. */
  everyMinute(): void {
    const { nowMs } = this.#engine;
    this.#losing?.look(this.#isRecovering(), nowMs);
    const isLost = this.#losing?.isUnderWay(this.#engine.nowMs) === true;
    if (this.#engine.events - this.#eventsBefore > eventsPerMinuteMax) this.fail('storm', '', 'events without end');
    this.#eventsBefore = this.#engine.events;
    for (const rule of this.#residuals.ours()) this.#boundOverrun(rule);
    if (!isLost) for (const lease of this.oracle.leases.values()) this.#boundAbsences(lease);
    this.#changes.everyMinute();
    const { backlogMs } = bounds[this.#plan.profile];
    for (const row of isLost || this.#plan.awayMs > 0 ? [] : this.mirror.rules.values()) {
      const { grant = never, revoke = never, modify = never } = row.dueMs;
      const due = Math.min(grant, revoke, modify);
      // Most rows are due never or just now: only what may be overdue is worth counting the cloud's absences for.
      if (this.#engine.nowMs - due <= backlogMs) continue;
      const isUnclaimed = (row.claimUntilMs ?? 0) < this.#engine.nowMs - minuteMs;
      if (isUnclaimed && this.#cloud.availableMs(due, this.#engine.nowMs) > backlogMs + this.#slackMs)
        this.fail('fairness', this.mirror.keyOf(row.key), 'is due and nobody takes it up');
    }
  }

  /** L2: what is wanted is there, give or take the time that opening may take. */
  #boundAbsences(lease: Expected): void {
    const { nowMs } = this.#engine;
    const isOpen = lease.startMs <= nowMs && nowMs < this.oracle.endOf(lease);
    if (!isOpen && this.#absentSinceMs.size === 0) return;
    for (const key of lease.keys) {
      const name = `${lease.leaseId} ${key}`;
      if (!isOpen || this.#cloud.truth.isPresent(key) || !this.#isPlain(lease.leaseId, key)) {
        this.#absentSinceMs.delete(name);
        continue;
      }
      const beganMs = Math.max(lease.acceptedMs, lease.startMs, nowMs - minuteMs);
      const sinceMs = this.#absentSinceMs.get(name) ?? beganMs;
      this.#absentSinceMs.set(name, sinceMs);
      const absentMs = this.#cloud.availableMs(sinceMs, nowMs);
      // What a person removed is not opened again; the next look, five minutes after the last, is to say so.
      const watchMs = this.#cloud.truth.wasRemovedByHand(key, sinceMs) ? 5 * minuteMs : 0;
      if (absentMs > bounds[this.#plan.profile].openMs + watchMs)
        this.fail('L2', key, `${lease.requestId} wants it and it is not there for ${Math.round(absentMs / 1000)} s`);
    }
  }

  /** `beganMs`: when the messages were taken in; the answer may have been long on its way. */
  acknowledged(spec: Spec, result: Result, beganMs: number): void {
    if (result.error?.code === 'RECOVERING' && this.#losing?.isUnderWay(beganMs)) return;
    if (result.error?.code === 'FROZEN' && this.#mayFreeze) return;
    // An answer on its way while the ledger was lost: whoever asks again gets another lease.
    if (result.leaseId !== null && this.oracle.isLost(result.leaseId)) return;
    const isKept = (leaseId: string) => this.mirror.leases.has(leaseId);
    const wrong = this.#acknowledgements.judge(spec, result, isKept);
    if (wrong) this.fail('I3', spec.id, wrong);
  }

  /** Rules of leases that were accepted, as far as the ledger remembers. */
  #asked(): number {
    return [...this.oracle.leases.values()].reduce((sum, lease) => sum + Math.max(lease.keys.length, 1), 0);
  }

  /** After the heal phase: nothing of ours anywhere, everything final, nothing under way. */
  async atTheEnd(verify: () => Promise<{ ok: boolean }>): Promise<void> {
    for (const [key, message] of leftovers(
      this.mirror,
      { ours: this.#residuals.ours(), isExcused: (lease) => this.#changes.isExcused(lease) },
      this.#engine.nowMs,
    ))
      this.fail('end', key, message);
    this.#changes.atTheEnd();
    const wanted = this.#asked() + this.#forgotten;
    const { mutations } = bounds[this.#plan.profile];
    // What people keep from being undone is tried for ever, every two minutes.
    const isTrying = [...this.mirror.leases.values()].some((lease) => this.#changes.isExcused(lease));
    if (!isTrying && this.#cloud.mutations > mutations * Math.max(wanted, 1))
      this.fail('budget', '', `${this.#cloud.mutations} changing calls for ${wanted} rules of leases`);
    if (!(await verify()).ok) this.fail('I4', '', 'the audit chain does not verify');
  }
}
