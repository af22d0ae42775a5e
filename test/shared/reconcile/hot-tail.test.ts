import { expect, it } from 'vitest';
import { group, makeWorld, request } from '../../fakes/world.ts';

it('watches for a repeated request from its last repetition, not from the first', async () => {
  const world = makeWorld();
  const { cloud, clock } = world;
  const message = request({ duration: 'PT1H' });
  cloud.faults.push(
    ...Array.from({ length: 200 }, () => ({ kind: 'authorize' as const, fault: 'lost-before' as const })),
  );
  const intendedAtMs = clock.nowMs;
  await world.send('grant', message);
  await world.pass(9 * 60);
  await world.send('revoke', { version: 1, action: 'end', id: 'END-TAIL', requestId: message.id });
  const sent = cloud.calls.at(-1)?.change;
  if (sent?.kind !== 'authorize' || !sent.rules[0]) throw new Error('nothing was sent');
  await world.pass(12 * 60);

  // 21 minutes after the intent, and still within the quarter of an hour that the last repetition's signature is good.
  expect(clock.nowMs - intendedAtMs).toBe(21 * 60_000);
  const { description = '', ...rule } = sent.rules[0];
  cloud.addByHand(group, rule, description);
  await world.pass(70);

  expect(cloud.rules(group)).toEqual([]);
});
