import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RuleApi } from '../../../shared/reconcile/cloud-port.ts';
import { receive } from '../../../shared/reconcile/receive.ts';
import { sweep } from '../../../shared/reconcile/sweep.ts';
import { formatInstant } from '../../../shared/rule/instant.ts';
import type { Rule } from '../../../shared/rule/rule.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';
import { racingLedger } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

const hands = ['grant', 'revoke', 'modify'] as const;
const rule = (port: number) => ({
  ...{ direction: 'ingress', ipProtocol: 'tcp', portRange: `${port}/${port}`, sourceCidrIp: '10.0.0.0/8' },
});
const foreign: Rule = { ...rule(6), direction: 'ingress', policy: 'accept', priority: 1, nicType: 'intranet' };
/** A lease of a few seconds on some of twelve rules, one of which is there anyway, and what is said of it when. */
const story = fc.record({
  ports: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
  askedMs: fc.integer({ min: 0, max: 3_000 }),
  seconds: fc.integer({ min: 1, max: 3 }),
  said: fc.array(fc.record({ word: fc.constantFrom('end', 'shorten', 'extend'), afterMs: fc.nat({ max: 2_500 }) }), {
    maxLength: 2,
  }),
});

async function stormyWorld() {
  const { ledger, url } = await racingLedger();
  const { deps, cloud, clock } = makeWorld({ ledger });
  Object.defineProperty(clock, 'nowMs', { get: Date.now });
  const slowly = () => sleep(Math.random() * 20);
  const api: RuleApi = {
    abilities: { ...cloud.abilities, readLagMs: 0 },
    prepare: (...call) => cloud.prepare(...call),
    bytesOf: (one) => cloud.bytesOf(one),
    actionOf: cloud.actionOf,
    describe: async (target) => {
      await slowly();
      return cloud.describe(target);
    },
    send: async (...call) => {
      await slowly();
      const answer = await cloud.send(...call);
      await slowly();
      return answer;
    },
  };
  return { deps: { ...deps, apiFor: () => api, stopwatch: systemClock }, cloud, ledger, url };
}

/** A real database, because only there do transactions run side by side. */
it('many hands at once, of leases that overlap and are ended, open and close each rule as one would', async () => {
  const { deps, cloud, ledger, url } = await stormyWorld();
  const theirs = cloud.addByHand(group, foreign);
  const take = (value: unknown, from?: 'grant') => receive(deps, from, [{ source: 'queue', reach: 'own', value }]);
  const tell = async ({ ports, askedMs, seconds, said }: (typeof stories)[number], index: number) => {
    const id = `S-${index}`;
    await sleep(askedMs);
    const words = said.map(async ({ word, afterMs }, place) => {
      await sleep(afterMs);
      const moved = word === 'end' ? {} : { expiresAt: formatInstant(Math.ceil(Date.now() / 1000) * 1000 + 1_000) };
      await take({ version: 1, id: `${id}-${place}`, action: word, requestId: id, ...moved });
    });
    await Promise.all([take(request({ id, rules: ports.map(rule), duration: `PT${seconds}S` }), 'grant'), ...words]);
  };
  let isOver = false;
  const workers = [...hands, ...hands].map(async (hand) => {
    while (!isOver) {
      await sweep(deps, hand, () => true);
      await sleep(50);
    }
  });
  const live = async () =>
    (await ledger.transaction('look', (tx) => tx.listLeases({ isLive: true, limit: 99 }))).length;

  const stories = fc.sample(story, 40);
  await Promise.all(stories.map(tell));
  for (let waited = 0; (await live()) > 0 && waited < 20_000; waited += 100) await sleep(100);
  isOver = true;
  await Promise.all(workers);

  expect(await live()).toBe(0);
  expect(cloud.rules(group)).toEqual([theirs]);
  expect(await query(url, "select doc from curfew.operation where doc->>'state' = 'open'")).toEqual([]);
  expect(await query(url, 'select doc from curfew.inbox where parked_for is not null')).toEqual([]);
  expect(await ledger.verifyAudit()).toMatchObject({ ok: true });
  const count = (kind: string) => cloud.calls.filter((call) => call.kind === kind).length;
  expect([count('authorize'), count('revoke')].every((calls) => calls > 3)).toBe(true);
}, 60_000);
