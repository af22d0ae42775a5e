import fc from 'fast-check';
import { expect, it } from 'vitest';
import { receive } from '../../../shared/reconcile/receive.ts';
import { formatInstant } from '../../../shared/rule/instant.ts';
import { makeWorld, request } from '../../fakes/world.ts';
import { racingLedger } from '../../support/postgres.ts';
import { query } from '../../support/query.ts';

/** One request: which words follow it, and how late each delivery of each comes, in places; some come twice. */
const story = fc.record({
  port: fc.integer({ min: 1, max: 9 }),
  said: fc.subarray(['end', 'shorten', 'extend'] as const),
  places: fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 2 }), { minLength: 4, maxLength: 4 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

const startsAtMs = Math.ceil(Date.now() / 1000) * 1000 + 86_400_000;
const at = (hours: number) => formatInstant(startsAtMs + hours * 3_600_000);
const ends = { shorten: at(1), extend: at(3) };

function deliveriesOf(id: string, { port, said, places }: Story) {
  const rules = [{ direction: 'ingress', ipProtocol: 'tcp', portRange: `${port}/${port}`, sourceCidrIp: '10.0.0.0/8' }];
  const ask = request({ id, rules, duration: undefined, startsAt: at(0), expiresAt: at(2) });
  const words = said.map((action) => ({
    ...{ version: 1, id: `${id}-${action}`, action, requestId: id },
    ...(action === 'end' ? {} : { expiresAt: ends[action] }),
  }));
  return [ask, ...words].flatMap((message, index) => (places[index] ?? []).map((place) => ({ message, place })));
}

/** Where its end may be: of two that move it either may have come last. */
const mayEndAt = (said: Story['said']): readonly string[] => {
  const moved = said.flatMap((word) => (word === 'end' ? [] : [ends[word]]));
  return moved.length > 0 ? moved : [at(2)];
};

/** A real database, because only there do transactions run side by side. */
it('whatever is said of a request takes effect once, in whatever order all of it comes at once', async () => {
  const { ledger, url } = await racingLedger();
  const { deps } = makeWorld({ ledger });
  const take = (value: unknown) => receive(deps, undefined, [{ source: 'queue', reach: 'own', value }]);

  await fc.assert(
    fc.asyncProperty(fc.array(story, { minLength: 6, maxLength: 20 }), fc.uuid(), async (stories, round) => {
      const told = new Map(stories.map((one, index) => [`${round}-${index}`, one]));
      const inTurn = [...told].flatMap(([id, one], turn) =>
        deliveriesOf(id, one).map(({ message, place }) => ({ message, place: place + turn * 3 })),
      );
      const deliveries = inTurn.sort((a, b) => a.place - b.place);

      await Promise.all(deliveries.map(({ message }) => take(message)));

      const leases = await ledger.transaction('look', (tx) => tx.listLeases({ limit: 500 }));
      const ours = leases.filter(({ requestId }) => told.has(requestId));
      expect(ours).toHaveLength(stories.length);
      for (const { requestId, state, expiresAtMs } of ours) {
        const said = told.get(requestId)?.said ?? [];
        expect({ said, state }).toEqual({ said, state: said.includes('end') ? 'cancelled' : 'scheduled' });
        if (state === 'scheduled') expect(mayEndAt(said)).toContain(formatInstant(expiresAtMs));
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );

  expect(await query(url, 'select doc from curfew.inbox where parked_for is not null')).toEqual([]);
  expect(await ledger.verifyAudit()).toMatchObject({ ok: true });
}, 60_000);
