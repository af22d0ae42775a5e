import { describe, expect, it } from 'vitest';
import { group, makeWorld, request } from '../../fakes/world.ts';

const rule = (port: number) => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: `${port}/${port}`,
  sourceCidrIp: '203.0.113.7/32',
});

describe('leases that share some of their rules', () => {
  it('are judged by all of their rules, never by those that a neighbour happened to load', async () => {
    const world = makeWorld();
    await world.send('grant', request({ rules: [rule(1), rule(2)], duration: 'PT1H' }));
    world.clock.nowMs += 30_000;
    const throttled = { kind: 'refused', class: 'throttled', code: 'Throttling.User', message: 'later' } as const;
    world.cloud.faults.push({ kind: 'authorize', fault: { ...throttled, retryAfterMs: 120_000 } });
    const { results } = await world.send('grant', request({ rules: [rule(2), rule(3)], duration: 'PT1H' }));

    // Only the first rule falls due: its lease shares the second one with the lease that still waits for the third.
    world.clock.nowMs += 35_000;
    await world.sweep('grant');

    expect((await world.lease(results[0]?.leaseId ?? '')).state).toBe('opening');
  });
});

describe('a lease that waits for one of its rules to go', () => {
  it('gives the others nothing to do', async () => {
    const world = makeWorld();
    const message = request({ rules: [rule(1), rule(2)], duration: 'PT1H' });
    await world.send('grant', message);
    world.clock.nowMs += 10_000;
    const [, second] = world.cloud.rules(group);
    world.cloud.removeByHand(group, second?.ruleId ?? '');
    const forbidden = { kind: 'refused', class: 'permission', code: 'Forbidden.RAM', message: 'no' } as const;
    world.cloud.faults.push(...Array.from({ length: 9 }, () => ({ kind: 'revoke' as const, fault: forbidden })));
    let transactions = 0;
    const transaction = world.ledger.transaction.bind(world.ledger);
    world.ledger.transaction = (label, work) => {
      transactions += 1;
      if (transactions > 100) throw new Error('works the same rules for ever');
      return transaction(label, work);
    };

    await world.send('revoke', { version: 1, action: 'end', id: 'END-1', requestId: message.id });

    expect(world.logged.filter(({ level }) => level === 'error').map(({ fields }) => fields?.code)).toEqual(['STUCK']);
    expect(transactions).toBeLessThan(15);
  });
});

describe('a call that the cloud is still busy with', () => {
  it('is asked about less and less often', async () => {
    const world = makeWorld();
    const busy = { kind: 'refused', class: 'busy', code: 'IdempotentProcessing', message: 'wait' } as const;
    world.cloud.faults.push(...Array.from({ length: 100 }, () => ({ kind: 'authorize' as const, fault: busy })));

    await world.send('grant', request({ duration: 'PT1H' }));
    await world.pass(300);

    expect(world.cloud.calls.length).toBeLessThan(12);
  });
});
