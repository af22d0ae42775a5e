import { expect, it } from 'vitest';
import { type HandDeps, runHand } from '../../../shared/hands/run-hand.ts';
import type { Invocation } from '../../../shared/runtime/define-handler.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

it('tells of each piece of work whether a nudge or a sweep found it', async () => {
  const { deps, clock, send, log } = { log: { event: () => undefined }, ...makeWorld() };
  const run = (event: string) => {
    const given = { deps: deps as unknown as HandDeps, event: Buffer.from(event), context: {}, log };
    return runHand('revoke', { ...given, remainingMs: () => 60_000 } satisfies Invocation<HandDeps>);
  };
  const rules = [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '23/23', sourceCidrIp: '203.0.113.7/32' }];
  await send('grant', request({ duration: 'PT1M' }), request({ duration: 'PT3M', rules }));
  clock.nowMs += 60_000;

  const at = new Date(clock.nowMs).toISOString();
  const nudged = await run(JSON.stringify({ type: 'curfew.wake', hand: 'revoke', target: group, at }));
  clock.nowMs += 120_000;
  const swept = await run(JSON.stringify({ triggerTime: at, triggerName: 'sweep', payload: '' }));

  expect(nudged.summary).toEqual({ trigger: 'wake', groups: 1, rules: 1, calls: 1 });
  expect(swept.summary).toMatchObject({ trigger: 'timer', heartbeat: 'revoke', groups: 1, rules: 1, calls: 1 });
});
