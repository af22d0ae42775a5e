import { type RevokeDeps, revoke } from '../../functions/revoke/revoke.ts';
import { wakeInvocations } from '../../shared/nudge/wake-invocation.ts';
import { shadowOf } from '../../shared/policy/shadow.ts';
import { widens } from '../../shared/policy/widening.ts';
import type { Wake } from '../../shared/reconcile/nudge-port.ts';
import type { ReceiveDeps } from '../../shared/reconcile/receive.ts';
import { goOnRecovering, recoverIfLost } from '../../shared/reconcile/recover.ts';
import { scan } from '../../shared/reconcile/scan.ts';
import { WarmMemory } from '../../shared/reconcile/warm-memory.ts';
import type { Cloud } from './cloud.ts';
import type { Engine } from './engine.ts';
import { targetOf } from './workload.ts';

const timeLimitMs = 60_000;
const timer = Buffer.from(JSON.stringify({ triggerName: 'sweep', triggerTime: '2026-12-01T00:00:00Z', payload: '' }));

/**
 * What runs on days on which the ledger is lost or long away: `revoke` whole, with its way past the ledger and its
 * care for one that has forgotten, and the steps of `reconcile`.
 */
export class WholeHands {
  readonly #engine: Engine;
  readonly #cloud: Cloud;
  /** Of the one warm instance. */
  #memory = new WarmMemory();

  constructor(engine: Engine, cloud: Cloud) {
    this.#engine = engine;
    this.#cloud = cloud;
  }

  /** An instance has died with what it knew. */
  forget(): void {
    this.#memory = new WarmMemory();
  }

  async sweep(deps: ReceiveDeps): Promise<void> {
    await revoke(this.#invocation(deps, timer));
  }

  async wake(deps: ReceiveDeps, wake: Wake): Promise<void> {
    const [invocation] = wakeInvocations([wake], this.#engine.nowMs, {});
    await revoke(this.#invocation(deps, Buffer.from(invocation?.body ?? '')));
  }

  async reconcile(deps: ReceiveDeps): Promise<void> {
    const begunMs = this.#engine.nowMs;
    const mayGoOn = () => this.#engine.nowMs - begunMs < timeLimitMs - 15_000;
    const whole = { ...this.#whole(deps), widens, shadowOf, scanEveryMs: 60_000, callsPerMinute: () => 100 };
    const repair = { widenedRules: 'report', strippedStamps: 'report' } as const;
    const recovery = (await goOnRecovering(whole, mayGoOn)) ?? (await recoverIfLost(whole, mayGoOn));
    if (!recovery) await scan({ ...whole, repair }, mayGoOn);
  }

  #invocation(deps: ReceiveDeps, event: Buffer) {
    const begunMs = this.#engine.nowMs;
    const remainingMs = () => timeLimitMs - (this.#engine.nowMs - begunMs);
    return { event, context: {}, deps: this.#whole(deps), log: deps.log, remainingMs };
  }

  #whole(deps: ReceiveDeps): RevokeDeps {
    const targets = this.#cloud.groupIds.map(targetOf);
    return {
      ...deps,
      sources: { book: {}, secrets: { read: async () => [] }, isLocal: true },
      groups: async () => ({ targets, isWhole: true }),
      nowMs: () => this.#engine.nowMs,
      memory: this.#memory,
    };
  }
}
