import { allowEverything, refuseEverything } from '../fakes/allow-everything.ts';
import { changeWorkload } from './change-workload.ts';
import { Checkers, type Violation } from './checkers.ts';
import { Cloud } from './cloud.ts';
import { Engine, quiet } from './engine.ts';
import { Faults } from './faults.ts';
import { Losses } from './losses.ts';
import type { Mutant } from './mutants.ts';
import { ownRules } from './owned.ts';
import { People } from './people.ts';
import type { FaultClass, Plan, Profile } from './plan.ts';
import { Platform } from './platform.ts';
import { chance } from './prng.ts';
import { type Scenario, stage } from './scenarios.ts';
import { WatchedLedger } from './watched-ledger.ts';
import { workload } from './workload.ts';

/** Plain data: it is sent from thread to thread. */
export type SeedReport = {
  readonly seed: number;
  readonly profile: Profile;
  readonly violation: Violation | undefined;
  readonly traceHash: string;
  readonly events: number;
  readonly calls: number;
  readonly leases: number;
  readonly residuals: number;
  readonly crashPoints: number;
  readonly fired: Partial<Record<FaultClass, number>>;
  readonly overrunsMs: readonly number[];
  readonly history: readonly string[];
};
type Options = {
  readonly plan: Plan;
  readonly mutant?: Mutant;
  readonly isTold?: boolean;
  readonly crashAt?: readonly number[];
  /** Instead of the day that the seed draws. */
  readonly scenario?: Scenario;
};

const startMs = Date.parse('2026-12-01T00:00:00Z');
const wholeDay = { dayMs: 24 * 3_600_000, healMs: 2 * 3_600_000 };
const eventsMax = 4_000_000;

/** One simulated day of one seed, then two hours without faults in which everything has to come to rest. */
export async function runSeed(seed: number, options: Options): Promise<SeedReport> {
  const { plan } = options;
  const engine = new Engine(startMs, chance(seed, 'ties'));
  const faults = new Faults(plan, engine);
  faults.crashAt = new Set(options.crashAt);
  const cloud = new Cloud(plan, engine, faults);
  const clock = clockOf(plan, engine, faults);
  const ledger = new WatchedLedger(clock);
  const owned = ownRules(plan, cloud);
  const { scenario } = options;
  const { dayMs, healMs } = scenario ? (scenario.stage ?? stage) : wholeDay;
  const changes = scenario ? [] : changeWorkload(plan, owned, startMs);
  const drawn = () => [...workload(plan, cloud.groupIds, startMs), ...changes];
  const place = { startMs, groupId: cloud.groupIds[0] ?? '', owned, plan };
  const specs = [...(scenario?.messages(place) ?? drawn())].sort((a, b) => a.sendAtMs - b.sendAtMs);
  const commands = scenario?.commands?.(place) ?? [];
  for (const [index, spec] of specs.entries())
    if (specs.slice(0, index).some(({ id, digest }) => id === spec.id && digest !== spec.digest))
      faults.count('id-reused');
  const isSet = (name: string) => ledger.memory.setting(name) !== null;
  const isRecovering = () => isSet('recovering') || !isSet('incarnation');
  const mayFreeze = options.scenario?.freeze !== undefined;
  const known = [...specs, ...commands.flatMap(({ spec }) => spec ?? [])];
  // What an operator takes over is not judged as people's any more.
  const theirs = commands.length > 0 ? [] : owned;
  const checkers = new Checkers({ plan, engine, cloud, specs: known, owned: theirs, isRecovering, mayFreeze });
  const policyEndsMs = startMs + (scenario?.policyEndsS ?? Number.POSITIVE_INFINITY) * 1_000;
  checkers.oracle.policyEndsMs = policyEndsMs;
  const history: string[] = [];
  const at = () => ((engine.nowMs - startMs) / 1000).toFixed(3);
  const log = (line: () => string) => {
    if (options.isTold) history.push(`${at()} ${line()}`);
  };
  const platform = new Platform({
    plan,
    engine,
    faults,
    cloud,
    ledger,
    checkers,
    wraps: options.mutant?.wraps ?? {},
    policy: () => (engine.nowMs < policyEndsMs ? allowEverything() : refuseEverything()),
    log,
  });
  if (options.mutant?.tx) ledger.hook = options.mutant.tx;
  ledger.onCommit = (commit) => {
    for (const write of commit.writes) log(() => `  ${write.kind} ${JSON.stringify(write.row)}`);
    checkers.onCommit(commit);
  };
  cloud.onEffect = (effect) => {
    log(() => `  ${effect.kind} by ${effect.actor.who}: ${JSON.stringify(effect.rule)}`);
    checkers.onEffect(effect);
  };
  const people = new People(plan, engine, faults, cloud);
  people.plan(startMs);
  people.planNamed(changes);
  const { line, ids } = platform;
  const operator = platform.operate.bind(platform);
  const losses = new Losses({ engine, faults, ledger, checkers, seed });
  if (scenario) set(scenario, { engine, faults, cloud, people, losses, hands: { line, ids, operator } });
  else losses.plan(losses.drawn(startMs), { line, ids, operator });
  const endMs = startMs + dayMs + healMs;
  platform.startTimers(endMs);
  platform.deliver(specs);
  for (const { name, atS, run } of commands) platform.command(name, startMs + atS * 1_000, run);
  const judgeMinutes = (fromMs: number, untilMs: number) => {
    for (let atMs = fromMs; atMs < untilMs; atMs += 60_000)
      engine.at(atMs, () => {
        checkers.everyMinute();
        return quiet;
      });
  };
  judgeMinutes(startMs, endMs);
  const isOver = () => checkers.violation !== undefined || engine.events > eventsMax;
  await engine.run(startMs + dayMs, isOver);
  faults.isHealed = true;
  cloud.heal();
  platform.heal();
  await engine.run(endMs, isOver);
  // What was asked for again after a loss may end later than the day.
  const lastMs = checkers.mirror.lastEndMs() + 10 * 60_000;
  if (lastMs > endMs && !isOver()) {
    platform.startTimers(lastMs);
    judgeMinutes(endMs, lastMs);
    await engine.run(lastMs, isOver);
  }
  if (engine.events > eventsMax) checkers.fail('storm', '', `more than ${eventsMax} events in a day`);
  for (const name of platform.undone) checkers.fail('end', name, 'was commanded and never done');
  if (!checkers.violation) await checkers.atTheEnd(() => ledger.memory.verifyAudit());
  const { violation, overrunsMs, residuals } = checkers;
  const { events } = engine;
  const { crashPoints } = faults;
  const counts = { events, calls: cloud.calls, leases: checkers.oracle.leases.size, residuals, crashPoints };
  const fired: Partial<Record<FaultClass, number>> = Object.fromEntries(faults.fired);
  const { profile } = plan;
  return { seed, profile, violation, traceHash: engine.traceHash, ...counts, fired, overrunsMs, history };
}

type Set = {
  readonly engine: Engine;
  readonly faults: Faults;
  readonly cloud: Cloud;
  readonly people: People;
  readonly losses: Losses;
  readonly hands: Parameters<Losses['plan']>[1];
};

/** Has happen what the scenario says, when it says. */
function set({ forced = [], people = [], away, loss, freeze, ledgerAway }: Scenario, on: Set): void {
  const { engine, faults, cloud, losses, hands } = on;
  const ms = (seconds: number) => startMs + seconds * 1_000;
  for (const { name, fromS, untilS, times } of forced)
    faults.forced.push({ name, fromMs: ms(fromS), untilMs: ms(untilS), times });
  for (const { atS, act } of people) engine.at(ms(atS), () => on.people.do(act));
  if (away) cloud.goAway(away.kind, ms(away.fromS), ms(away.untilS));
  if (loss) losses.plan({ sinceMs: ms(loss.sinceS), atMs: ms(loss.atS), operatorMs: ms(loss.operatorS) }, hands);
  if (ledgerAway) engine.at(ms(ledgerAway.fromS), () => hands.line.goAway(ms(ledgerAway.untilS)));
  const frozen = (value: unknown): void =>
    hands.operator(
      'freeze',
      (process) => hands.line.of(process).transaction('freeze', (tx) => tx.setSetting('frozen', value)),
      () => engine.after(10_000, () => frozen(value)),
    );
  if (freeze) engine.at(ms(freeze.fromS), () => frozen({ by: 'ops', reason: 'drill', atMs: ms(freeze.fromS) }));
  if (freeze) engine.at(ms(freeze.untilS), () => frozen(null));
}

/** The ledger's clock: it steps by seconds, as a failover to another host makes it. */
function clockOf(plan: Plan, engine: Engine, faults: Faults): { now(): number } {
  const draw = chance(plan.seed, 'clock');
  let offsetMs = 0;
  let nextMs = engine.nowMs + draw.int(600_000, 6 * 3_600_000);
  return {
    now: () => {
      if (engine.nowMs >= nextMs) {
        nextMs = engine.nowMs + draw.int(600_000, 6 * 3_600_000);
        offsetMs = faults.strikes('clock-step') ? draw.int(-5_000, 5_000) : offsetMs;
      }
      return engine.nowMs + (faults.isHealed ? 0 : offsetMs);
    },
  };
}
