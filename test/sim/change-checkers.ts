import { isFinal, type Lease, type Link, noEndMs } from '../../shared/lease/lease.ts';
import type { Operation } from '../../shared/reconcile/ledger-rows.ts';
import { bounds } from './bounds.ts';
import type { Cloud } from './cloud.ts';
import type { Mirror } from './mirror.ts';
import type { Expected, Oracle } from './oracle.ts';
import { type Image, isSame, isTwin, type Owned, withSet } from './owned.ts';
import type { Plan } from './plan.ts';
import { type Effect, isOurs, type KnownRule } from './truth.ts';

const minuteMs = 60_000;
/** A listing is up to five seconds old, and a call takes some. */
const lagMaxMs = 10_000;
/** A request may be on its way for so long; a lease that ended within it may still have something to put right. */
const tailMs = 20 * minuteMs;

/** One rule of people, through its changes: a rule that is put back is the same one with another id. */
type Course = {
  readonly owned: Owned;
  readonly ids: Set<string>;
  /** What it says when no lease changes it; undefined when it is gone for good. */
  rests: Image | undefined;
  /** A person had a hand in it while a lease changed it: who is right is not for a machine to say. */
  isDisputed: boolean;
  touchedMs: number;
  taken?: Image | undefined;
  /** Before and after our modification, of each rule that the course has led to: people may have made two of it. */
  readonly changed: Map<string, { readonly from: Image; readonly to: Image; readonly isRaced: boolean }>;
  wrongSinceMs?: number | undefined;
};

type World = {
  readonly plan: Plan;
  readonly cloud: Cloud;
  readonly mirror: Mirror;
  readonly oracle: Oracle;
  readonly slackMs: number;
  readonly now: () => number;
  readonly fail: (checker: string, key: string, message: string) => void;
};

/** What leases may do to rules that people own, and what must be left of them. */
export class ChangeCheckers {
  readonly #world: World;
  readonly #courses: readonly Course[];

  constructor(world: World, owned: readonly Owned[]) {
    this.#world = world;
    this.#courses = owned.map((one) => ({
      owned: one,
      ids: new Set([one.id]),
      rests: one.image,
      isDisputed: false,
      touchedMs: Number.NEGATIVE_INFINITY,
      changed: new Map(),
    }));
  }

  // -------------------------------------------------------------- the cloud

  byPerson({ kind, rule }: Effect): void {
    for (const course of this.#courses) {
      const isIt = course.ids.has(rule.id);
      const isEqual = kind === 'created' && this.#images(course).some((one) => this.#isTwin(one.key, rule.nowKey));
      if (!isIt && !isEqual) continue;
      course.touchedMs = this.#world.now();
      // From now on it is what the attributes name.
      if (isEqual) course.ids.add(rule.id);
      if (isEqual || this.#isBusy(course)) course.isDisputed = true;
      else course.rests = kind === 'removed' ? undefined : imageOf(rule);
    }
  }

  /** A call of ours; false where it is about no rule of people's. */
  byUs({ kind, rule, actor, ...rest }: Effect, operation: Operation): boolean {
    const { mirror, fail } = this.#world;
    const isChange = mirror.rules.get(operation.ruleKeys[0] ?? '')?.change !== undefined;
    if (kind === 'created') {
      if (isChange) this.#putBack(rule, operation);
      return isChange;
    }
    const course = this.#courses.find(({ ids }) => ids.has(rule.id));
    if (isOurs(rule)) return isChange && this.#isTakenForTheirs(rule);
    if (!course) return false;
    const wanting = this.#wanting(course, operation.intendedAtMs).filter(({ change }) => names(change, rule));
    if (kind === 'removed') {
      if (!wanting.some(({ change }) => change?.action === 'revoke'))
        fail('I2', rule.nowKey, `removed ${rule.id}, which no lease names`);
      course.taken = imageOf(rule);
      // Taken away within a listing's lag of somebody's edit: what was looked at is what is put back.
      if (this.#isRaced(course, actor.sentAtMs)) course.isDisputed = true;
      return true;
    }
    const before = 'before' in rest ? rest.before : imageOf(rule);
    this.#edited(course, { rule, before, operation, wanting, sentAtMs: actor.sentAtMs });
    return true;
  }

  /** A person removed it so shortly before we did that the listing still showed it, and the cloud told us nothing. */
  #wasRemovedUnseen({ touchedMs }: Course, { ruleKeys }: Operation): boolean {
    const sentAtMs = this.#world.mirror.rules.get(ruleKeys[0] ?? '')?.lastAuthorizeAtMs ?? Number.NaN;
    return touchedMs <= sentAtMs && sentAtMs - touchedMs <= lagMaxMs;
  }

  /** A rule of ours whose stamp a person took off before anybody had seen it cannot be told from theirs: residual. */
  #isTakenForTheirs(rule: KnownRule): boolean {
    if (rule.editedByHandMs === undefined || this.#world.mirror.seenIds.has(rule.id)) return false;
    for (const course of this.#courses) if (this.#isTwin(course.owned.image.key, rule.nowKey)) course.isDisputed = true;
    return true;
  }

  #putBack(rule: KnownRule, operation: Operation): void {
    const { fail } = this.#world;
    rule.isPutBack = true;
    const course = this.#courses.find(({ taken }) => taken && this.#isTwin(taken.key, rule.nowKey));
    if (!course) {
      const known = this.#courses.find(
        (one) =>
          (one.isDisputed || this.#wasRemovedUnseen(one, operation)) &&
          this.#images(one).some(({ key }) => this.#isTwin(key, rule.nowKey)),
      );
      if (!known) {
        fail('I2', rule.nowKey, `put back ${rule.id}, which nobody took away`);
        return;
      }
      known.isDisputed = true;
      // From now on it is what the attributes name.
      known.ids.add(rule.id);
      return;
    }
    if (!course.isDisputed && !isSame(course.taken, imageOf(rule)))
      fail('I2', rule.nowKey, `put back otherwise than it was: "${rule.nowDescription}"`);
    const wanting = this.#wanting(course, operation.intendedAtMs, -1).filter((lease) => this.#isPlain(lease, 'revoke'));
    if (!course.isDisputed && wanting.some((lease) => this.#hasBegun(lease, operation)))
      fail('I5', rule.nowKey, 'put back though a lease wants it away');
    course.ids.add(rule.id);
    course.taken = undefined;
  }

  #edited(
    course: Course,
    edit: { rule: KnownRule; before: Image; operation: Operation; wanting: readonly Expected[]; sentAtMs: number },
  ): void {
    const { fail } = this.#world;
    const { rule, before, operation, wanting, sentAtMs } = edit;
    const after = imageOf(rule);
    const isRaced = this.#isRaced(course, sentAtMs);
    if (operation.purpose === 'undo') {
      const changed = course.changed.get(rule.id);
      // What an edit in the same moment as ours was overwritten with is put back as it was looked at, without that edit.
      const isBack = changed && isSame(before, changed.to) && (changed.isRaced || isSame(after, changed.from));
      const isGood = isBack || isSame(before, after);
      if (!isGood && !isRaced)
        fail('I2', rule.nowKey, `restored ${rule.id} to something else, or over somebody's edit`);
      course.changed.delete(rule.id);
      return;
    }
    const makes = ({ change }: Expected) =>
      change?.action === 'modify' && isSame(after, withSet(before, change.set ?? {}));
    if (!isRaced && !wanting.some(makes)) fail('I2', rule.nowKey, `edited ${rule.id} as no lease says`);
    if (!isSame(before, after)) course.changed.set(rule.id, { from: before, to: after, isRaced });
  }

  /** Nobody can compare and change in one call: a person who is as quick as we are is not seen. */
  #isRaced({ touchedMs }: Course, sentAtMs: number): boolean {
    const raceMs = this.#world.plan.rates.freeze > 0 ? tailMs : minuteMs;
    return touchedMs >= sentAtMs - raceMs;
  }

  // ------------------------------------------------------------- the ledger

  /** A change is called made: it must be there, and one without an end stays. */
  made(link: Link): void {
    const lease = this.#world.oracle.leases.get(link.leaseId);
    const course = this.#courses.find(({ owned }) => owned === lease?.change?.owned);
    if (!lease?.change || !course) return;
    const { action, set } = lease.change;
    const rule = this.#present(course);
    if (action === 'revoke' && rule && !course.isDisputed && rule.createdAtMs < this.#world.now() - minuteMs)
      this.#world.fail('seen', course.owned.image.key, 'is called removed and is there');
    if (lease.endMs !== noEndMs || !course.rests) return;
    course.rests = action === 'revoke' ? undefined : withSet(course.rests, set ?? {});
    course.taken = undefined;
    // Another lease may have another rule of it changed: an equal one that people made is of the same course.
    for (const id of course.changed.keys()) if (action === 'modify' || id !== rule?.id) course.changed.delete(id);
  }

  withdrawn(link: Link): void {
    const owned = this.#world.oracle.leases.get(link.leaseId)?.change?.owned;
    const course = this.#courses.find((one) => one.owned === owned);
    if (course && !this.#isExcused(course) && course.touchedMs === Number.NEGATIVE_INFINITY)
      this.#world.fail('seen', course.owned.image.key, 'is called withdrawn though nobody touched it');
  }

  // ---------------------------------------------------------------- by time

  /** Made for good after its lease was over, and there is no way back to no description: it stays, and is told. */
  #keepWhatStays(course: Course): void {
    const rule = this.#present(course);
    const changed = rule && course.changed.get(rule.id);
    if (!changed || !isSame(imageOf(rule), changed.to)) return;
    if (changed.from.description === '' && changed.to.description !== '') course.rests = changed.to;
  }

  everyMinute(): void {
    const { cloud, plan, fail } = this.#world;
    const nowMs = this.#world.now();
    for (const course of this.#courses) {
      this.#keepWhatStays(course);
      const wanting = this.#wanting(course, nowMs).filter((lease) => this.#isPlain(lease));
      if (this.#isExcused(course) || wanting.length > 1 || this.#isRight(course, wanting[0])) {
        course.wrongSinceMs = undefined;
        continue;
      }
      course.wrongSinceMs ??= nowMs;
      const forMs = cloud.availableMs(course.wrongSinceMs, nowMs);
      const { openMs, overrunMs } = bounds[plan.profile];
      const told = `for ${Math.round(forMs / 1000)} s`;
      const key = course.owned.image.key;
      if (wanting[0] && forMs > openMs) fail('L2', key, `${wanting[0].requestId} is not carried out ${told}`);
      if (!wanting[0] && forMs > overrunMs + minuteMs) fail('I1', key, `is not as it was ${told}`);
    }
  }

  #isRight(course: Course, lease: Expected | undefined): boolean {
    const rule = this.#present(course);
    if (lease?.change?.action === 'revoke') return rule === undefined;
    const rests = lease && course.rests ? withSet(course.rests, lease.change?.set ?? {}) : course.rests;
    return isSame(rule && imageOf(rule), rests);
  }

  /** What may be unfinished at the end: a lease whose rule people disputed, or whose group has no room. */
  isExcused(lease: Lease): boolean {
    const owned = this.#world.oracle.leases.get(lease.id)?.change?.owned;
    const course = this.#courses.find((one) => one.owned === owned);
    return course !== undefined && lease.state === 'stuck' && this.#isExcused(course);
  }

  atTheEnd(): void {
    for (const course of this.#courses) {
      if (this.#isExcused(course) || this.#isRight(course, undefined)) continue;
      const rule = this.#present(course);
      const found = rule ? JSON.stringify(imageOf(rule)) : 'nothing';
      this.#world.fail('end', course.owned.image.key, `should be ${JSON.stringify(course.rests)}, found ${found}`);
    }
  }

  // ---------------------------------------------------------------- of each

  #isExcused(course: Course): boolean {
    const { cloud, plan } = this.#world;
    const group = cloud.group(course.owned.groupId);
    if (course.isDisputed || !group || group.rules.length >= plan.rulesPerGroupMax) return true;
    // While an equal rule is open for another lease, or a person has one, ours has no place.
    const keys = this.#images(course).map(({ key }) => key);
    return cloud.truth
      .present()
      .some((one) => !course.ids.has(one.id) && keys.some((key) => this.#isTwin(key, one.nowKey)));
  }

  #isBusy(course: Course): boolean {
    const { oracle, mirror } = this.#world;
    const nowMs = this.#world.now();
    return [...oracle.leases.values()].some((lease) => {
      if (lease.change?.owned !== course.owned || lease.startMs > nowMs + 10_000) return false;
      const row = mirror.leases.get(lease.leaseId);
      return row === undefined || !isFinal(row.state) || (row.closedAtMs ?? nowMs) > nowMs - tailMs;
    });
  }

  /** `sign`: give the clock its slack, or take it off where only what is beyond doubt counts. */
  #wanting({ owned }: Course, atMs: number, sign: 1 | -1 = 1): readonly Expected[] {
    const { oracle } = this.#world;
    const slackMs = sign * this.#world.slackMs;
    return [...oracle.leases.values()].filter(
      (lease) =>
        lease.change?.owned === owned &&
        lease.startMs <= atMs + slackMs &&
        atMs - slackMs < oracle.endOf(lease) &&
        lease.acceptedMs <= atMs + slackMs,
    );
  }

  /** One that names the rule otherwise than the lease that took it away is refused at its first look, once it has one. */
  #hasBegun({ leaseId }: Expected, { ruleKeys }: Operation): boolean {
    const links = this.#world.mirror.linksOf(leaseId);
    return links.some(({ ruleKey, openedAtMs }) => ruleKeys.includes(ruleKey) || openedAtMs !== undefined);
  }

  /** Nothing has been said against it: it is live, and was neither refused nor withdrawn nor ended. */
  #isPlain(lease: Expected, action?: 'revoke'): boolean {
    const { mirror } = this.#world;
    const row = mirror.leases.get(lease.leaseId);
    if (!row || isFinal(row.state) || row.error !== undefined || row.cutAtMs !== undefined) return false;
    if (action !== undefined && lease.change?.action !== action) return false;
    return mirror.linksOf(lease.leaseId).every((link) => !link.isWithdrawn && link.error === undefined);
  }

  #present(course: Course): KnownRule | undefined {
    return this.#world.cloud.truth.present().find((one) => course.ids.has(one.id));
  }

  #images({ owned, rests, taken, changed }: Course): readonly Image[] {
    const seen = [...changed.values()].flatMap(({ from, to }) => [from, to]);
    return [owned.image, rests, taken, ...seen].filter((one) => one !== undefined);
  }

  #isTwin(a: string, b: string): boolean {
    return isTwin(a, b, this.#world.plan);
  }
}

const imageOf = (rule: KnownRule): Image => ({ key: rule.nowKey, description: rule.nowDescription });

/** By its id, or by attributes, which lead to the rule that had them when it was first seen. */
const names = (change: Expected['change'], rule: KnownRule): boolean =>
  change !== undefined && (change.ruleId === undefined || change.ruleId === rule.id);
