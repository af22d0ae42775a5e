import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../shared/hands/guard-of.ts';
import { receive } from '../../../shared/reconcile/receive.ts';
import { someGuards } from '../../fakes/some-guards.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';
import { racingLedger } from '../../support/postgres.ts';

const word = (action: string, requestId: string, more: Record<string, unknown> = {}) => ({
  ...{ version: 1, action, id: `${action}-${requestId}`, requestId },
  ...more,
});
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const port = `${1000 + index}/${1000 + index}`;
    return request({
      rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: port, sourceCidrIp: '203.0.113.7/32' }],
    });
  });

/** A world that counts the transactions in which messages are accepted. */
function countingWorld() {
  const labels: string[] = [];
  const world = makeWorld();
  const transaction = world.ledger.transaction.bind(world.ledger);
  Object.assign(world.deps, {
    ledger: {
      transaction: (label: string, work: Parameters<typeof transaction>[1]) => {
        labels.push(label);
        return transaction(label, work);
      },
    },
  });
  return {
    ...world,
    accepted: () => labels.splice(0).filter((label) => label === 'accept' || label === 'refuse').length,
  };
}

describe('a delivery of many messages', () => {
  it('is accepted in one transaction, and so are their endings', async () => {
    const world = countingWorld();
    const asks = many(100);

    const opened = await world.send('grant', ...asks);
    expect(opened).toMatchObject({ taken: 100, refused: 0 });
    expect(world.accepted()).toBe(1);

    const ended = await world.send('revoke', ...asks.map(({ id }) => word('end', id)));
    expect(ended.results.map(({ leaseId }) => leaseId)).toEqual(opened.results.map(({ leaseId }) => leaseId));
    expect(world.accepted()).toBe(1);
    expect(world.cloud.rules(group)).toEqual([]);
    expect(await world.ledger.verifyAudit()).toMatchObject({ ok: true });
  });

  it('answers each element in its place, whatever became of its neighbours', async () => {
    const world = countingWorld();
    const [first, second, third] = many(3);
    if (!first || !second || !third) throw new Error('three were made');

    const { results, ...counts } = await world.send(
      undefined,
      first,
      { ...first },
      { ...first, reason: 'another' },
      { version: 1, id: 'bad' },
      second,
      word('extend', 'nobody', { leaseId: 'none', requestId: undefined, duration: 'PT1M' }),
      third,
    );

    expect(results.map(({ id, error }) => [id, error?.code])).toEqual([
      [first.id, undefined],
      [first.id, undefined],
      [first.id, 'REQUEST_ID_REUSED'],
      ['bad', 'MISSING_FIELD'],
      [second.id, undefined],
      ['extend-nobody', 'LEASE_NOT_FOUND'],
      [third.id, undefined],
    ]);
    expect(counts).toEqual({ taken: 3, repeated: 1, refused: 3, malformed: 1 });
    expect(results[1]?.leaseId).toBe(results[0]?.leaseId);
  });

  it('hears what is said of a request in the order in which it is said', async () => {
    const world = makeWorld();
    const ask = request();

    const { results } = await world.send(
      undefined,
      ask,
      word('extend', ask.id, { duration: 'PT1M' }),
      word('shorten', ask.id, { duration: 'PT30S' }),
      word('end', ask.id),
      word('extend', ask.id, { id: 'too-late', duration: 'PT1M' }),
    );

    expect(results.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'LEASE_ENDED',
    ]);
    const kinds = (await world.tx((tx) => tx.auditOf(results[0]?.leaseId ?? ''))).map(({ kind, data }) =>
      kind === 'lease.state' ? data.to : kind,
    );
    expect(kinds).toEqual([
      'lease.accepted',
      'opening',
      'lease.extend',
      'lease.shorten',
      'lease.end',
      'cancelled',
      'message.refused',
    ]);
  });

  it('lets what came before its request take effect, for that one alone', async () => {
    const world = makeWorld();
    const [kept, ended, last] = many(3);
    if (!kept || !ended || !last) throw new Error('three were made');
    await world.send(undefined, word('end', ended.id), word('extend', last.id, { duration: 'PT9M' }));

    const { results } = await world.send(undefined, kept, ended, last);

    expect(results.map(({ state }) => state)).toEqual(['opening', 'cancelled', 'opening']);
    const lengths = await Promise.all(results.map(async ({ leaseId }) => world.lease(leaseId ?? '')));
    expect(lengths.map(({ startsAtMs, expiresAtMs }) => expiresAtMs - startsAtMs)).toEqual([60_000, 60_000, 600_000]);
  });

  it('passes no limit that its requests would not pass one after the other', async () => {
    const guards = {
      ...someGuards,
      widestTogether: { publicIpv4: 30, privateIpv4: 8, publicIpv6: 48, privateIpv6: 32 },
    };
    const from = (last: number) => ({
      rules: [{ direction: 'ingress', ipProtocol: 'tcp', portRange: '22/22', sourceCidrIp: `203.0.113.${last}/32` }],
    });
    const asks = (world: string) =>
      [0, 1, 2, 4, 8, 3].map((last) => request({ id: `${world}-${last}`, ...from(last) }));
    const [together, alone] = [makeWorld(limitsOf(guards, {}, undefined)), makeWorld(limitsOf(guards, {}, undefined))];

    const { results } = await together.send('grant', ...asks('t'));
    const codes: (string | undefined)[] = [];
    for (const ask of asks('a')) codes.push((await alone.say('queue', ask))?.error?.code);

    expect(results.map(({ error }) => error?.code)).toEqual(codes);
    expect(codes.filter((code) => code === 'OPEN_TOO_WIDE')).toHaveLength(2);
    const more = request(from(9));
    expect((await together.send('grant', more)).results[0]?.error?.code).toBe('OPEN_TOO_WIDE');
  });

  it('that comes to several at once, in any order, is taken once', async () => {
    const { ledger } = await racingLedger();
    const { deps } = makeWorld({ ledger });
    const asks = many(12);
    const deliver = (values: readonly unknown[]) =>
      receive(
        deps,
        undefined,
        values.map((value) => ({ source: 'queue', reach: 'own', value })),
      );
    const inAnyOrder = async (values: readonly unknown[]) => {
      const orders = [values, [...values].reverse(), [...values.slice(6), ...values.slice(0, 6)], values];
      return Promise.all(orders.map(deliver));
    };

    const opened = await inAnyOrder(asks);
    const ended = await inAnyOrder(asks.map(({ id }) => word('end', id)));

    for (const answers of [opened, ended]) {
      const sum = (pick: (one: (typeof answers)[number]) => number) => answers.reduce((all, one) => all + pick(one), 0);
      expect(sum(({ taken }) => taken)).toBe(12);
      expect(sum(({ repeated }) => repeated)).toBe(36);
      const leases = answers.flatMap(({ results }) => results.map(({ id, leaseId }) => `${id} ${leaseId}`));
      expect(new Set(leases).size).toBe(12);
    }
    expect(await ledger.verifyAudit()).toMatchObject({ ok: true });
  });
});
