import { EcsCloud } from '../../local/clouds/ecs/ecs-cloud.ts';
import type { Group } from '../../local/clouds/ecs/group.ts';
import { MemoryGroupStore } from '../../local/clouds/ecs/group-store.ts';
import { type CloudAnswer, Refusal } from '../../local/clouds/wire/answer.ts';
import type { Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import type { Plan } from './plan.ts';
import { type Chance, chance } from './prng.ts';
import { type Actor, type Effect, Truth } from './truth.ts';

const accountId = '1000000000000001';
export const regionId = 'cn-hangzhou';
type Parameters = Readonly<Record<string, string>>;
export type Call = {
  readonly action: string;
  readonly parameters: Parameters;
  readonly signedAtMs: number;
  readonly intent?: string | undefined;
};

/** What a caller gets: an answer, or none. `afterMs` is how long it waits for that. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: CloudAnswer; readonly afterMs: number }
  | { readonly kind: 'none'; readonly code: string; readonly afterMs: number };

const clientTimeoutMs = 8_000;
const signatureMs = 15 * 60_000;

/** The emulated ECS's own logic, with a network in front of it, and with every effect told to the checkers. */
export class Cloud {
  readonly truth = new Truth();
  readonly groupIds: string[] = [];
  calls = 0;
  mutations = 0;
  onEffect: (effect: Effect) => void = () => undefined;
  /** Asked just before a call of ours is applied: a person may be quicker. */
  beforeApply: (call: Call) => void = () => undefined;
  readonly #ecs: EcsCloud;
  readonly #engine: Engine;
  readonly #faults: Faults;
  readonly #network: Chance;
  readonly #seed: number;
  readonly #inFlight = new Set<string>();
  #throttledUntilMs = new Map<string, number>();
  #away: { readonly kind: 'outage' | 'forbidden'; readonly fromMs: number; untilMs: number }[] = [];
  /** Minutes in which a call of ours was refused for want of quota. */
  readonly #throttledMinutes = new Map<number, { readonly fromMs: number; readonly untilMs: number }>();
  #lagMs = 0;
  readonly #draws = new Map<string, number>();

  constructor(plan: Plan, engine: Engine, faults: Faults) {
    this.#engine = engine;
    this.#faults = faults;
    this.#seed = plan.seed;
    this.#network = chance(plan.seed, 'network');
    const deps = { now: () => engine.nowMs, random: chance(plan.seed, 'cloud').next, store: new MemoryGroupStore() };
    const { priorityIsIdentity, tokenTtlSeconds, rulesPerGroupMax, revokeMissingById } = plan;
    this.#ecs = new EcsCloud(deps, { priorityIsIdentity, tokenTtlSeconds, rulesPerGroupMax, revokeMissingById });
    for (let index = 0; index < plan.groups; index += 1) {
      const answer = this.byPerson('CreateSecurityGroup', { VpcId: 'vpc-demo' });
      this.groupIds.push(String(answer.body.SecurityGroupId));
    }
    this.#planAbsences(plan);
  }

  /** What a person does in the console: at once, and without faults. */
  byPerson(action: string, parameters: Parameters): CloudAnswer {
    return this.#apply({ action, parameters }, { who: 'person', sentAtMs: this.#engine.nowMs });
  }

  group(id: string): Group | undefined {
    return this.#ecs.groups().find((one) => one.id === id);
  }

  /** Time that counts against us: that in which the cloud could be reached and would have obeyed. */
  availableMs(fromMs: number, toMs: number): number {
    let [lostMs, reachedMs] = [0, fromMs];
    const gaps = [...this.#away, ...this.#throttledMinutes.values()].sort((a, b) => a.fromMs - b.fromMs);
    for (const gap of gaps) {
      const [beganMs, endedMs] = [Math.max(gap.fromMs, reachedMs), Math.min(gap.untilMs, toMs)];
      if (endedMs <= beganMs) continue;
      lostMs += endedMs - beganMs;
      reachedMs = endedMs;
    }
    return toMs - fromMs - lostMs;
  }

  /** Not to be reached, or not for us, between two instants. */
  goAway(kind: 'outage' | 'forbidden', fromMs: number, untilMs: number): void {
    this.#faults.count(kind);
    this.#away.push({ kind, fromMs, untilMs });
  }

  heal(): void {
    for (const one of this.#away) one.untilMs = Math.min(one.untilMs, this.#engine.nowMs);
    this.#throttledUntilMs = new Map();
  }

  /** One call of ours arrives: decides what the network and the cloud make of it. */
  receive(call: Call): Reply {
    this.calls += 1;
    const isRead = call.action.startsWith('Describe');
    if (!isRead) this.mutations += 1;
    const afterMs = this.#network.int(5, 150);
    if (this.#engine.nowMs - call.signedAtMs > signatureMs) {
      return this.#refused(new Refusal(400, 'InvalidTimeStamp.Expired', 'Specified time stamp is expired.'), afterMs);
    }
    const absence = this.#away.find(
      ({ fromMs, untilMs }) => fromMs <= this.#engine.nowMs && this.#engine.nowMs < untilMs,
    );
    if (absence?.kind === 'outage') return { kind: 'none', code: 'ECONNREFUSED', afterMs };
    if (absence) return this.#refused(new Refusal(403, 'Forbidden.RAM', 'User not authorized.'), afterMs);
    const throttled = this.#throttling(call.action, afterMs);
    if (throttled) return throttled;
    return isRead ? this.#read(call, afterMs) : this.#mutate(call, afterMs);
  }

  #read(call: Call, afterMs: number): Reply {
    if (this.#faults.strikes('read-lost')) return this.#none('ECONNRESET', afterMs);
    this.#lag(this.#faults.strikes('stale-read') ? this.#faults.of('stale-read').int(1, 4_900) : 0);
    return { kind: 'answer', answer: this.#ours(call), afterMs };
  }

  #mutate(call: Call, afterMs: number): Reply {
    const token = call.parameters.ClientToken ?? '';
    const faults = this.#faults;
    if (this.#inFlight.has(token) || faults.strikes('busy')) {
      const code = this.#inFlight.has(token) ? 'IdempotentProcessing' : 'OperationConflict';
      return this.#refused(new Refusal(403, code, 'Try again later.'), afterMs);
    }
    if (faults.strikes('lost-before')) return this.#none('ECONNRESET', afterMs);
    if (faults.strikes('error-before')) return this.#refused(internalError(), afterMs);
    if (faults.strikes('late')) return this.#late(call, token);
    if (faults.strikes('partial')) return { kind: 'answer', answer: this.#ours(call, true), afterMs };
    const answer = this.#ours(call);
    if (faults.strikes('lost-after')) return this.#none('ECONNRESET', afterMs);
    if (faults.strikes('timeout-after')) return this.#none('RequestTimeoutError', clientTimeoutMs);
    if (faults.strikes('error-after')) return this.#refused(internalError(), afterMs);
    if (faults.strikes('html-503')) return this.#none('SyntaxError', afterMs);
    return { kind: 'answer', answer, afterMs };
  }

  /** The caller gives up; the request is carried out all the same, while its signature is good. */
  #late(call: Call, token: string): Reply {
    const latestMs = call.signedAtMs + signatureMs - this.#engine.nowMs;
    const draw = this.#faults.of('late');
    // Held up within the cloud, which knows the token then, or for longer on the way to it.
    const isWithin = draw.hit(0.3);
    if (isWithin) this.#inFlight.add(token);
    this.#engine.after(Math.min(draw.int(10_000, isWithin ? 60_000 : signatureMs), latestMs), () => {
      this.#inFlight.delete(token);
      this.#engine.trace('landed late');
      this.#ours(call);
    });
    return this.#none('RequestTimeoutError', clientTimeoutMs);
  }

  #throttling(action: string, afterMs: number): Reply | undefined {
    const { nowMs } = this.#engine;
    if (!((this.#throttledUntilMs.get(action) ?? 0) > nowMs)) {
      // Drawn for each minute of each operation, not for each call.
      const rate = this.#faults.rate('throttle');
      const minute = Math.floor(nowMs / 60_000);
      if (rate === 0 || this.#faults.isHealed) return undefined;
      if (this.#drawOf(`throttle/${action}/${minute}`) >= rate) return undefined;
      this.#throttledUntilMs.set(action, (minute + 1) * 60_000);
    }
    this.#faults.count('throttle');
    const fromMs = Math.floor(nowMs / 60_000) * 60_000;
    this.#throttledMinutes.set(fromMs, { fromMs, untilMs: fromMs + 60_000 });
    return this.#refused(new Refusal(400, 'Throttling.User', 'Request was denied due to user flow control.'), afterMs);
  }

  /** One draw of a stream of its own, which making costs more than the draw. */
  #drawOf(stream: string): number {
    const drawn = this.#draws.get(stream) ?? chance(this.#seed, stream).next();
    this.#draws.set(stream, drawn);
    return drawn;
  }

  #ours(call: Call, stopsHalfway = false): CloudAnswer {
    this.beforeApply(call);
    const { intent, signedAtMs } = call;
    const actor: Actor = { who: 'us', sentAtMs: signedAtMs, ...(intent === undefined ? {} : { token: intent }) };
    return this.#apply(call, actor, stopsHalfway);
  }

  #apply({ action, parameters }: Pick<Call, 'action' | 'parameters'>, actor: Actor, stopsHalfway = false): CloudAnswer {
    const id = parameters.SecurityGroupId ?? '';
    const before = this.group(id);
    const full = { ...parameters, RegionId: regionId };
    const answer = this.#ecs.call({ action, parameters: full, accountId, stopsHalfway });
    if (actor.who === 'us' && answer.body.Code === 'AuthorizationLimitExceed') this.#faults.count('quota');
    for (const effect of this.truth.compare(before, this.group(id), actor, this.#engine.nowMs)) this.onEffect(effect);
    return answer;
  }

  #refused(refusal: Refusal, afterMs: number): Reply {
    return { kind: 'answer', answer: this.#ecs.refuse(refusal, regionId), afterMs };
  }

  #none(code: string, afterMs: number): Reply {
    return { kind: 'none', code, afterMs };
  }

  #lag(ms: number): void {
    if (ms !== this.#lagMs) this.#ecs.behaviour.merge({ describeLagMs: ms });
    this.#lagMs = ms;
  }

  /** Outages and withdrawn permissions of the day, drawn before it begins. */
  #planAbsences(plan: Plan): void {
    for (const kind of ['outage', 'forbidden'] as const) {
      const draw = chance(plan.seed, `absence/${kind}`);
      for (let tries = 0; tries < 4; tries += 1) {
        if (!draw.hit(plan.rates[kind] / 2)) continue;
        const fromMs = this.#engine.nowMs + draw.int(0, 23 * 3_600_000);
        this.goAway(kind, fromMs, fromMs + draw.int(60_000, 3_600_000));
      }
    }
  }
}

const internalError = () =>
  new Refusal(500, 'InternalError', 'The request processing has failed due to some unknown error.');
