import type { Answer, RuleApi } from '../../shared/reconcile/cloud-port.ts';
import type { Target } from '../../shared/rule/target.ts';
import { Engine } from '../sim/engine.ts';
import { chance } from '../sim/prng.ts';
import { ledgerThrough } from './ledger-through.ts';
import { reconcilingWorld } from './reconciling-world.ts';

const callMs = 150;
const transactionMs = 10;
const minuteMs = 60_000;

type Options = {
  /** Calls of one API that an account may make in a minute; what is refused is refused until the next. */
  readonly quota: number;
  /** What others of the account have used of listing in that minute. */
  readonly usedByOthers?: (account: string, minute: number) => number;
};

/**
 * The real loop under virtual time: calls and transactions take theirs, and each account counts its calls by API and
 * minute, as the vendor does. Whatever runs at once shares one clock.
 */
export function virtualWorld({ quota, usedByOthers = () => 0 }: Options) {
  const world = reconcilingWorld();
  const engine = new Engine(world.clock.nowMs, chance(1, 'ties'));
  const sleep = (ms: number) => new Promise<void>((resolve) => engine.after(ms, resolve));
  Object.defineProperty(world.clock, 'nowMs', { get: () => engine.nowMs });
  const used = new Map<string, number>();
  /** Undefined where the quota has room for the call. */
  const throttle = (api: string, { account }: Target): Extract<Answer, { kind: 'refused' }> | undefined => {
    const minute = Math.floor(engine.nowMs / minuteMs);
    const name = `${api} ${account} ${minute}`;
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const others = api === 'describe' ? usedByOthers(account, minute) : 0;
    if (count + others <= quota) return undefined;
    return { kind: 'refused', class: 'throttled', code: 'Throttling.User', message: 'too many calls' };
  };
  const { cloud } = world;
  const api: RuleApi = {
    abilities: cloud.abilities,
    prepare: (...call) => cloud.prepare(...call),
    bytesOf: (rule) => cloud.bytesOf(rule),
    actionOf: cloud.actionOf,
    send: async (target, kind, ...rest) => {
      await sleep(callMs);
      return throttle(kind, target) ?? cloud.send(target, kind, ...rest);
    },
    describe: async (target) => {
      await sleep(callMs);
      return throttle('describe', target) ?? cloud.describe(target);
    },
  };
  const ledger = ledgerThrough(async (label, work) => {
    await sleep(transactionMs);
    return world.state.ledger.transaction(label, work);
  });
  const deps = {
    ...world.deps,
    ledger,
    apiFor: () => api,
    stopwatch: { monotonicMs: () => engine.nowMs, sleep },
  };
  /** Lets time pass until the work is done, an hour at most. */
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let end: { readonly value?: T; readonly error?: unknown } | undefined;
    work.then(
      (value) => {
        end = { value };
      },
      (error: unknown) => {
        end = { error };
      },
    );
    await engine.run(engine.nowMs + 60 * minuteMs, () => end !== undefined);
    if (end === undefined) throw new Error('it was not done within an hour');
    if ('error' in end) throw end.error;
    return end.value as T;
  };
  return { world, engine, deps, run, sleep, used, callMs };
}
