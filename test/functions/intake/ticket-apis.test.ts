import { describe, expect, it, onTestFinished } from 'vitest';
import type { SourceBook } from '../../../shared/config/sources-config.ts';
import { HttpDeliveryReader } from '../../../shared/intake/http-delivery-reader.ts';
import { HttpInstanceReader } from '../../../shared/intake/http-instance-reader.ts';
import type { ThinSource } from '../../../shared/intake/instance-reader.ts';
import { exampleSources, hookSources } from '../../support/hook-trial.ts';
import { startTicketApis } from '../../support/ticket-apis.ts';
import { dingtalkForm, feishuForm, tickets } from '../../support/tickets.ts';
import { makeIntake } from './intake.ts';

const ids = { dingtalk: 'KX1aPoSVTI2rBYVyNwLuTA07551796115600', feishu: '81D31358-93AF-92D6-7425-01A5D67C4E71' };
const formOf = { dingtalk: dingtalkForm, feishu: feishuForm };

async function trial() {
  const apis = await startTicketApis();
  onTestFinished(apis.stop);
  const clock = { nowMs: 0 };
  const { secrets } = hookSources();
  const instances = new HttpInstanceReader({ secrets, monotonicMs: () => clock.nowMs, timeoutMs: 500 });
  const deliveries = new HttpDeliveryReader({ secrets, timeoutMs: 500 });
  const source = (kind: 'dingtalk' | 'feishu') => {
    const one = exampleSources[kind] as ThinSource & { api: object };
    return { ...one, api: { ...one.api, endpoint: apis.url } } as ThinSource;
  };
  return { apis, clock, instances, deliveries, source };
}

describe.each(['dingtalk', 'feishu'] as const)('the API of %s', (kind) => {
  it('tells the form, under a token that is kept while it is good', async () => {
    const { apis, clock, instances, source } = await trial();

    for (let time = 0; time < 3; time += 1) {
      expect(await instances.read(source(kind), ids[kind])).toEqual({ instance: formOf[kind] });
    }
    expect(apis.calls).toHaveLength(4);
    clock.nowMs = 7_200_000 - 300_000;
    await instances.read(source(kind), ids[kind]);
    expect(apis.calls).toHaveLength(6);
  });

  it('is away when it fails, hangs, or does not know us; a form that is gone is gone', async () => {
    const { apis, instances, source } = await trial();
    const stranger = {
      ...source(kind),
      api: { ...source(kind).api, appKey: 'env:CURFEW_GITHUB_TOKEN', appId: 'env:CURFEW_GITHUB_TOKEN' },
    };

    expect(await instances.read(stranger as ThinSource, ids[kind])).toBe('away');
    apis.isAway = true;
    expect(await instances.read(source(kind), ids[kind])).toBe('away');
    apis.isAway = false;
    apis.isHanging = true;
    expect(await instances.read(source(kind), ids[kind])).toBe('away');
    apis.isHanging = false;
    expect(await instances.read(source(kind), '../x?y=1')).toBe('gone');
    expect(apis.calls.at(-1)).toContain(encodeURIComponent('../x?y=1'));
  });

  it('is never asked where sources.yaml names none', async () => {
    const { apis, instances, source } = await trial();
    const { api: _, ...without } = source(kind);

    expect(await instances.read(without as ThinSource, ids[kind])).toBe('gone');
    expect(apis.calls).toEqual([]);
  });
});

describe('GitHub, which never sends twice', () => {
  const polled = async () => {
    const { apis, deliveries } = await trial();
    const poll = { deliveries: `${apis.url}/repos/example/ops/hooks/1/deliveries`, token: 'env:CURFEW_GITHUB_TOKEN' };
    const { github } = exampleSources;
    const intake = makeIntake({ deliveries });
    Object.assign(intake.deps.sources, { book: { github: { ...github, poll } } as SourceBook });
    const at = (minutesAgo: number) => new Date(intake.world.clock.nowMs - minutesAgo * 60_000).toISOString();
    const add = (what: 'asked' | 'closed', minutesAgo: number, status_code: number, guid = `guid-${what}-1-0`) =>
      apis.deliveries.push({
        id: apis.deliveries.length + 1,
        guid,
        delivered_at: at(minutesAgo),
        status_code,
        payload: tickets.github.body(what),
      });
    const say = (what: 'asked' | 'closed') =>
      intake.post('github', tickets.github[what]({ serial: 1, nowMs: intake.world.clock.nowMs }));
    return { apis, add, say, ...intake };
  };

  it('has its missed deliveries read from its own list, oldest first', async () => {
    const { add, tick, leases, world } = await polled();
    add('closed', 3, 504);
    add('asked', 5, 502);

    expect(await tick()).toEqual({ caughtUp: 2, waiting: 0, away: [] });
    await world.pass(2);

    expect(await leases()).toMatchObject([
      { source: 'github', requestId: 'example/ops#7', state: 'cancelled', requester: { id: 'lin' } },
    ]);
    expect(await leases()).toHaveLength(1);
  });

  it('is not asked for what it delivered, or delivered again since', async () => {
    const { add, say, tick, leases } = await polled();
    await say('asked');
    add('asked', 5, 202);
    add('closed', 4, 500, 'guid-again');
    add('closed', 2, 200, 'guid-again');

    expect(await tick()).toEqual({ caughtUp: 0, waiting: 0, away: [] });
    expect(await leases()).toMatchObject([{ state: 'opening' }]);
  });

  it('may be thanked late: what is found in the list and was taken all the same is one message', async () => {
    const { add, say, tick, leases } = await polled();
    await say('asked');
    await say('closed');
    add('asked', 5, 504);
    add('closed', 4, 504);
    await tick();
    await tick();

    expect(await leases()).toMatchObject([{ state: 'cancelled' }]);
    expect(await leases()).toHaveLength(1);
  });

  it('is asked again from the same place when it could not be asked', async () => {
    const { apis, add, tick, world, leases } = await polled();
    const anHour = () => {
      world.clock.nowMs += 3_600_000;
    };
    await tick();
    anHour();
    add('asked', 0, 502);
    anHour();
    apis.isAway = true;
    expect(await tick()).toEqual({ caughtUp: 0, waiting: 0, away: ['github'] });
    anHour();
    apis.isAway = false;

    expect(await tick()).toEqual({ caughtUp: 1, waiting: 0, away: [] });
    expect(await leases()).toHaveLength(1);
  });
});
