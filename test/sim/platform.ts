import { retryingRuleApi } from '../../shared/cloud/retrying-rule-api.ts';
import { wakeInvocations } from '../../shared/nudge/wake-invocation.ts';
import type { RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { Hand } from '../../shared/reconcile/hand.ts';
import type { Nudger, Wake } from '../../shared/reconcile/nudge-port.ts';
import type { LoadPolicy } from '../../shared/reconcile/policy-port.ts';
import { type ReceiveDeps, receive } from '../../shared/reconcile/receive.ts';
import type { Stopwatch } from '../../shared/reconcile/runtime-ports.ts';
import { sweep } from '../../shared/reconcile/sweep.ts';
import { workGroup } from '../../shared/reconcile/work.ts';
import { createIds } from '../../shared/runtime/ids.ts';
import { noLimits } from '../fakes/allow-everything.ts';
import { bareRuleApi } from './bare-cloud.ts';
import type { Checkers } from './checkers.ts';
import type { Cloud } from './cloud.ts';
import { type Engine, quiet } from './engine.ts';
import type { Faults } from './faults.ts';
import { LedgerLine } from './ledger-line.ts';
import { isWhole, type Plan } from './plan.ts';
import { type Chance, chance } from './prng.ts';
import { Process } from './process.ts';
import { simRuleApi, type TokenOf } from './sim-rule-api.ts';
import type { WatchedLedger } from './watched-ledger.ts';
import { WholeHands } from './whole-hands.ts';
import type { Spec } from './workload.ts';

/** Refused until somebody lifts it: whoever asked asks again. */
const isForNow = (code: string | undefined): boolean => code === 'RECOVERING' || code === 'FROZEN';

const hands: readonly Hand[] = ['grant', 'revoke', 'modify'];
export const stampKeys = ['simulated-stamp-key'];

/** What a planted bug may wrap; production code runs with none of them. */
export type Wraps = {
  readonly api?: (api: RuleApi, processName: string) => RuleApi;
  readonly stopwatch?: (stopwatch: Stopwatch) => Stopwatch;
  readonly tokenOf?: TokenOf;
  readonly hasNoSweeps?: boolean;
};

export type World = {
  readonly plan: Plan;
  readonly engine: Engine;
  readonly faults: Faults;
  readonly cloud: Cloud;
  readonly ledger: WatchedLedger;
  readonly checkers: Checkers;
  readonly wraps: Wraps;
  readonly policy: LoadPolicy;
  readonly log: (line: () => string) => void;
};

/** Function Compute and the queues, as they are on a bad day: late, twice, in another order, or not at all. */
export class Platform {
  readonly #world: World;
  readonly #latency: Chance;
  readonly #tasks = new Set<string>();
  readonly #useTaskIds: boolean;
  #serial = 0;
  #sent = 0;
  readonly line: LedgerLine;
  readonly ids: ReturnType<typeof createIds>;
  /** Commands that were not carried out yet. */
  readonly undone = new Set<string>();
  readonly #whole: WholeHands;
  readonly #isWhole: boolean;

  constructor(world: World) {
    this.#world = world;
    this.#latency = chance(world.plan.seed, 'latency');
    this.line = new LedgerLine(world, this.#latency);
    this.#whole = new WholeHands(world.engine, world.cloud);
    this.#isWhole = isWhole(world.plan);
    const random = chance(world.plan.seed, 'ids');
    this.ids = createIds((count) => random.bytes(count));
    this.#useTaskIds = chance(world.plan.seed, 'platform').hit(0.5);
  }

  /** A timer for each hand, every minute; sometimes dropped, sometimes twice, never quite on time. */
  startTimers(untilMs: number): void {
    const { engine, faults } = this.#world;
    for (const [index, hand] of hands.entries()) {
      const phaseMs = 7_000 + index * 17_000;
      for (let atMs = engine.nowMs + phaseMs; atMs < untilMs; atMs += 60_000) {
        engine.at(atMs + this.#latency.int(0, 2_000), () => {
          if (faults.strikes('timer-dropped')) return quiet;
          const ticked = this.#tick(hand);
          if (faults.strikes('timer-doubled')) engine.after(this.#latency.int(0, 20_000), () => this.#tick(hand));
          return ticked;
        });
      }
    }
    if (this.#isWhole)
      for (let atMs = engine.nowMs + 33_000; atMs < untilMs; atMs += 600_000)
        engine.at(atMs, () => {
          if (!faults.strikes('timer-dropped'))
            this.#spawn('reconcile', undefined, (deps) => this.#whole.reconcile(deps));
        });
  }

  /** Somebody at a keyboard, whose command may fail like anything else. */
  operate(name: string, run: (process: Process) => Promise<void>, again: () => void): void {
    this.#spawn(name, again, (_, process) => run(process));
  }

  /** The same, for what needs all that a function has. */
  command(name: string, atMs: number, run: (deps: ReceiveDeps) => Promise<boolean>): void {
    this.undone.add(name);
    const again = () => this.#world.engine.after(30_000, attempt);
    const attempt = () =>
      this.#spawn(name, again, async (deps) => {
        if (await run(deps)) this.undone.delete(name);
        else again();
      });
    this.#world.engine.at(atMs, attempt);
  }

  /** Delivers a message until somebody says that it was taken. */
  deliver(specs: readonly Spec[]): void {
    const { engine, faults } = this.#world;
    const draw = chance(this.#world.plan.seed, 'delivery');
    for (const spec of specs) {
      const lateMs = faults.strikes('delivery-late') ? faults.of('delivery-late').int(0, 20 * 60_000) : 0;
      const times = faults.strikes('delivery-doubled') ? faults.of('delivery-doubled').int(2, 4) : 1;
      // A queue hands over several at once, in any order, and some that make no sense.
      const others = draw.hit(0.1)
        ? specs.filter((one) => one.sendAtMs <= spec.sendAtMs && one !== spec).slice(-3)
        : [];
      const batch = draw.hit(0.5) ? [spec, ...others] : [...others, spec];
      for (let count = 0; count < times; count += 1) {
        engine.at(spec.sendAtMs + lateMs + draw.int(0, count === 0 ? 0 : 5_000), () => this.#try(batch));
      }
      if (faults.strikes('redelivered')) {
        engine.at(spec.sendAtMs + faults.of('redelivered').int(60_000, 6 * 3_600_000), () => this.#try([spec]));
      }
    }
  }

  #try(specs: readonly Spec[]): void {
    const { engine, checkers } = this.#world;
    const first = specs[0];
    if (!first) return;
    const again = () => engine.after(this.#latency.int(20_000, 60_000), () => this.#try(specs));
    const own: Hand = first.action === 'authorize' ? 'grant' : 'revoke';
    // What reaches the other hand, or only the intake, is taken all the same.
    const hand = this.#latency.hit(0.85) ? own : this.#latency.pick(['grant', 'revoke', undefined] as const);
    this.#spawn(`receive ${specs.map(({ id }) => id).join(',')}`, again, async (deps, process) => {
      const values = [...specs.map(({ value }) => value), ...(specs.length > 1 ? [{ id: 'nonsense' }] : [])];
      const elements = values.map((value) => ({ source: 'queue', reach: 'own' as const, value }));
      const beganMs = this.#world.engine.nowMs;
      const { results } = await receive(deps, hand, elements);
      await process.wait(1, () => undefined);
      if (results.some(({ error }) => isForNow(error?.code))) again();
      for (const [index, spec] of specs.entries()) {
        const result = results[index];
        if (result) checkers.acknowledged(spec, result, beganMs);
        this.#world.log(() => `acknowledged ${spec.id}: ${JSON.stringify(result)}`);
      }
    });
  }

  #tick(hand: Hand): typeof quiet | undefined {
    if (this.#world.wraps.hasNoSweeps || this.#isIdle(hand)) return quiet;
    this.#spawn(`sweep ${hand}`, undefined, async (deps) => {
      if (hand === 'revoke' && this.#isWhole) return this.#whole.sweep(deps);
      const beganMs = deps.stopwatch.monotonicMs();
      await sweep(deps, hand, () => deps.stopwatch.monotonicMs() - beganMs < 50_000);
    });
    return undefined;
  }

  /** A sweep that would find nothing, now or to be woken at, is not run: most of a night is such sweeps. */
  #isIdle(hand: Hand): boolean {
    const { checkers, engine } = this.#world;
    const soonMs = engine.nowMs + 90_000;
    if (hand === 'revoke' && this.#isWhole && (checkers.isAtRisk || this.line.isAway)) return false;
    for (const row of checkers.mirror.rules.values()) {
      const due = row.dueMs[hand];
      if (due !== undefined && due <= soonMs) return false;
    }
    return true;
  }

  #wake(wake: Wake): void {
    const { engine } = this.#world;
    this.#spawn(`wake ${wake.hand}`, undefined, async (deps, process) => {
      if (wake.hand === 'revoke' && this.#isWhole) return this.#whole.wake(deps, wake);
      // The platform takes whole seconds only: what comes early waits out the fraction.
      const earlyMs = wake.atMs - engine.nowMs;
      if (earlyMs > 0 && earlyMs <= 2_000) await process.wait(earlyMs, () => undefined);
      for (let count = 0; count < 20; count += 1) if (!(await workGroup(deps, wake.hand, wake.target))) return;
      this.#world.checkers.fail('storm', '', `${wake.hand} works one group again and again in one invocation`);
    });
  }

  #spawn(
    name: string,
    onFailure: (() => void) | undefined,
    run: (deps: ReceiveDeps, p: Process) => Promise<void>,
  ): void {
    const { engine, faults, log } = this.#world;
    this.#serial += 1;
    const id = `${name} #${this.#serial}`;
    const process = new Process(id, engine, faults, () => {
      log(() => `${id} died`);
      this.#whole.forget();
      onFailure?.();
    });
    engine.trace(name);
    run(this.#deps(process), process).catch((error: unknown) => {
      log(() => `${id} failed: ${String(error)}`);
      const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
      if (!code.startsWith('LEDGER_')) this.#world.checkers.fail('throws', name, String(error));
      onFailure?.();
    });
  }

  #deps(process: Process): ReceiveDeps {
    const { engine, faults, cloud, plan, wraps, log } = this.#world;
    const stopwatch: Stopwatch = {
      monotonicMs: () => engine.nowMs,
      sleep: (ms) => process.wait(ms, () => undefined),
    };
    const own = wraps.stopwatch ? wraps.stopwatch(stopwatch) : stopwatch;
    // Without client tokens each request is one of its own.
    const tokenOf = plan.isBare ? (token: string) => this.#another(token) : wraps.tokenOf;
    const whole = simRuleApi({ cloud, engine, faults, process, latency: this.#latency, tokenOf });
    const one = plan.isBare ? bareRuleApi(whole) : whole;
    const api = retryingRuleApi(wraps.api ? wraps.api(one, process.name) : one, own);
    return {
      ledger: this.line.of(process),
      apiFor: () => api,
      nudger: this.#nudgerOf(process),
      stopwatch: own,
      ids: this.ids,
      log: {
        event: (level, message, fields) => {
          if (level !== 'info') log(() => `${process.name} ${message} ${JSON.stringify(fields)}`);
        },
      },
      stampKeys,
      schedule: { lookAgainMs: plan.lookAgainMs, watchMs: 60_000 },
      guard: () => undefined,
      ...noLimits,
      changeGuard: () => undefined,
      policy: this.#world.policy,
      serves: () => undefined,
    };
  }

  heal(): void {
    this.line.heal();
  }

  #another(token: string): string {
    this.#sent += 1;
    return `${token}-${this.#sent}`;
  }

  #nudgerOf(process: Process): Nudger {
    return {
      nudge: (wakes, nowMs) =>
        process.wait(this.#latency.int(3, 30), () => {
          const invocations = wakeInvocations(wakes, nowMs, { useTaskIds: this.#useTaskIds });
          return invocations.filter((one) => this.#invoke(one)).length;
        }),
    };
  }

  #invoke({ wake, delaySeconds, taskId }: ReturnType<typeof wakeInvocations>[number]): boolean {
    const { engine, faults } = this.#world;
    if (faults.strikes('nudge-lost')) return false;
    if (taskId !== undefined && this.#tasks.has(taskId)) return true;
    if (taskId !== undefined) this.#tasks.add(taskId);
    const lateMs = faults.strikes('nudge-late') ? faults.of('nudge-late').int(1_000, 120_000) : 0;
    const afterMs = (delaySeconds ?? 0) * 1000 + this.#latency.int(10, 150) + lateMs;
    engine.after(afterMs, () => this.#wake(wake));
    if (faults.strikes('nudge-doubled')) engine.after(afterMs + this.#latency.int(0, 5_000), () => this.#wake(wake));
    return true;
  }
}
