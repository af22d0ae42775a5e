import { describe, expect, it } from 'vitest';
import { checkAnchors } from '../../../shared/hands/doctor/anchor-checks.ts';
import type { Check } from '../../../shared/hands/doctor/check.ts';
import { checkLedger } from '../../../shared/hands/doctor/ledger-checks.ts';
import { checkClocks, checkNudges, checkSources, type Reached } from '../../../shared/hands/doctor/outside-checks.ts';
import { checkPlaces } from '../../../shared/hands/doctor/place-checks.ts';
import { checkRights } from '../../../shared/hands/doctor/rights-checks.ts';
import type { KeptAnchor } from '../../../shared/reconcile/anchor-port.ts';
import { askForRights, proveRights } from '../../../shared/reconcile/prove-rights.ts';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { Secret } from '../../../shared/runtime/secret.ts';
import { ledgerThrough } from '../../fakes/ledger-through.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

const verdicts = (checks: readonly Check[]) => Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));

describe('a look at the ledger', () => {
  const health = { isPrimary: async () => true, isMigrated: async () => true };

  it('tells which timers do not fire, and which of them matter', async () => {
    const world = makeWorld();
    await world.sweep('revoke');
    await world.sweep('grant');
    const look = () => checkLedger({ ledger: world.ledger, health, isAuditKeyed: true });

    expect(verdicts(await look())).toEqual({
      'timer of revoke': 'ok',
      'timer of grant': 'ok',
      'timer of modify': 'warning',
      'timer of reconcile': 'warning',
      'ledger is the primary': 'ok',
      'ledger tables': 'ok',
      'audit key': 'ok',
    });
    world.clock.nowMs += 3 * 60_000 + 1;
    expect(verdicts(await look())).toMatchObject({ 'timer of revoke': 'failed', 'timer of grant': 'failed' });
  });

  it('tells of a copy, of old tables, of no key, of a database that is away', async () => {
    const away = new AppError('LEDGER_UNAVAILABLE', 'nobody answers', { retryable: true });
    const ledger = ledgerThrough(() => Promise.reject(away));
    const copy = { isPrimary: async () => false, isMigrated: async () => false };

    const checks = await checkLedger({ ledger, health: copy, isAuditKeyed: false });

    expect(verdicts(checks)).toEqual({
      timers: 'failed',
      'ledger is the primary': 'failed',
      'ledger tables': 'failed',
      'audit key': 'warning',
    });
    expect(checks.every(({ advice }) => advice !== undefined)).toBe(true);
    expect(checks[0]?.found).toBe('LEDGER_UNAVAILABLE: nobody answers');
  });
});

describe('a look at clocks and at Function Compute', () => {
  const look = (ledgerOffMs: number, reached: () => Promise<Reached>, fcUrl?: string) => ({
    nowMs: () => 1_000_000,
    ledgerNowMs: async () => 1_000_000 + ledgerOffMs,
    reach: reached,
    cloudUrl: 'https://ecs.example',
    fcUrl,
  });
  const at = (dateMs?: number) => async () => ({ status: 404, dateMs });

  it.each([
    [1_000, at(1_001_000), 'ok', 'ok'],
    [-60_000, at(), 'warning', 'unknown'],
    [600_000, at(2_000_000), 'failed', 'failed'],
    [0, () => Promise.reject(new Error('no way')), 'ok', 'failed'],
  ])('judges clocks that are off by %d ms', async (offMs, reach, ledger, cloud) => {
    expect(verdicts(await checkClocks(look(offMs, reach)))).toEqual({
      'clock of the ledger': ledger,
      'clock of the cloud': cloud,
    });
  });

  it('says whether nudges have somewhere to go', async () => {
    const dead = () => Promise.reject(new Error('refused'));

    expect(await checkNudges(look(0, at()))).toMatchObject([{ verdict: 'warning' }]);
    expect(await checkNudges(look(0, at(), 'https://fc.example'))).toMatchObject([{ verdict: 'ok' }]);
    expect(await checkNudges(look(0, dead, 'https://fc.example'))).toMatchObject([{ verdict: 'failed' }]);
  });
});

describe('a look at the clouds', () => {
  it('asks one group of each account and region, and probes where none is known', async () => {
    const { cloud } = makeWorld();
    const asked: string[] = [];
    const apiFor = (target: typeof group) => {
      asked.push(target.securityGroupId);
      if (target.regionId === 'cn-beijing') throw new AppError('NO_CREDENTIALS', 'nobody');
      return cloud;
    };
    const accounts = { default: { regions: ['cn-hangzhou', 'cn-beijing'] } };
    const targets = async () => [group, { ...group, securityGroupId: 'sg-b' }];

    const checks = await checkPlaces({ accounts, targets, apiFor });

    expect(verdicts(checks)).toEqual({
      'ecs/default/cn-hangzhou answers': 'ok',
      'ecs/default/cn-beijing answers': 'failed',
    });
    expect(asked).toEqual(['sg-b', 'sg-curfew-doctor']);
  });

  it('takes a group that is not there for an answer, and a forbidden one for none', async () => {
    const { cloud } = makeWorld();
    const no = (kind: 'group-gone' | 'permission') =>
      cloud.faults.push({ kind: 'describe', fault: { kind: 'refused', class: kind, code: 'C', message: 'no' } });
    const look = (regions: string[], known: (typeof group)[]) =>
      checkPlaces({ accounts: { default: { regions } }, targets: async () => known, apiFor: () => cloud });

    no('group-gone');
    expect(await look(['cn-hangzhou'], [])).toMatchObject([{ verdict: 'ok' }]);
    no('permission');
    expect(await look(['cn-hangzhou'], [])).toMatchObject([{ verdict: 'warning' }]);
    no('permission');
    expect(await look([], [group])).toMatchObject([{ verdict: 'failed' }]);
  });

  it('counts the instances of a known group where they are limited', async () => {
    const { cloud } = makeWorld();
    const reach = { isCounted: () => true, check: () => undefined };
    const look = (limit?: typeof reach) =>
      checkPlaces({ accounts: {}, targets: async () => [group], apiFor: () => cloud, reach: limit });
    const counts = 'ecs/default/cn-hangzhou counts instances';

    expect(verdicts(await look())).not.toHaveProperty([counts]);
    expect(verdicts(await look(reach))).toMatchObject({ [counts]: 'ok' });
    const no = { kind: 'refused', class: 'permission', code: 'Forbidden.RAM', message: 'no' } as const;
    cloud.faults.push({ kind: 'count', fault: no });
    expect(verdicts(await look(reach))).toMatchObject({ [counts]: 'failed' });
  });
});

describe('a look at the sources', () => {
  const book = {
    tickets: { kind: 'standard-webhooks', secrets: ['env:CURFEW_TICKETS_SECRETS'], approvesOwn: false },
    api: { kind: 'api', approvesOwn: false },
  } as const;
  const sources = (values: readonly string[] | AppError, isLocal: boolean) => ({
    book: structuredClone(book) as never,
    isLocal,
    secrets: {
      read: async () => {
        if (values instanceof AppError) throw values;
        return values.map((one) => new Secret(one));
      },
    },
  });
  const missing = new AppError('SECRET_MISSING', 'is not set');

  it.each([
    ['a good secret', ['whsec_Y3VyZmV3LWxvY2FsLXNlY3JldC0wMTIzNDU2Nzg5'], true, 'ok'],
    ['no secret here', missing, true, 'failed'],
    ['a secret that only another function is given', missing, false, 'unknown'],
    ['something that is no secret', ['nonsense'], false, 'failed'],
  ])('finds %s', async (_what, values, isLocal, verdict) => {
    expect(verdicts(await checkSources(sources(values, isLocal)))).toEqual({ 'secrets of source tickets': verdict });
  });
});

describe('a look at the anchors', () => {
  const nowMs = Date.parse('2026-12-01T09:00:00Z');
  const store = (kept: () => Promise<readonly KeptAnchor[]>) => ({ keep: async () => undefined, kept });
  const anchor = (ageMs: number) => ({ n: 12, hash: 'a'.repeat(64), atMs: nowMs - ageMs });
  const hourMs = 3_600_000;

  it.each([
    ['none is configured', undefined, 'warning'],
    ['none is kept yet', store(async () => []), 'warning'],
    ['the newest is an hour old', store(async () => [anchor(9 * hourMs), anchor(hourMs)]), 'ok'],
    ['the newest is four hours old', store(async () => [anchor(4 * hourMs)]), 'warning'],
    ['the bucket says no', store(() => Promise.reject(new AppError('ANCHORS_NOT_READ', 'no'))), 'failed'],
  ] as const)('says what is to be said when %s', async (_when, anchors, verdict) => {
    expect(await checkAnchors(anchors, nowMs)).toMatchObject([{ name: 'audit anchors', verdict }]);
  });
});

describe('a look at the rights of the roles', () => {
  const forbidden = { kind: 'refused', class: 'permission', code: 'Forbidden.RAM', message: 'no' } as const;
  const hands = ['grant', 'revoke', 'modify'] as const;
  const verbs = { grant: 'authorize', revoke: 'revoke', modify: 'modify' } as const;

  /** One group is known; each hand is asked, and its role may do what is named here. */
  async function worldWhere(mayDo: (hand: (typeof hands)[number]) => readonly string[]) {
    const world = makeWorld();
    // As the cloud does where the peer group does not exist.
    world.cloud.refuses = ({ sourceGroupId }) => sourceGroupId !== undefined;
    await world.say('api', request());
    await world.tx(askForRights);
    const before = world.cloud.rules(group);
    for (const hand of hands) {
      for (const kind of ['authorize', 'revoke', 'modify'] as const)
        if (!mayDo(hand).includes(kind)) world.cloud.faults.push({ kind, fault: forbidden });
      await proveRights(world.deps, hand);
      world.cloud.faults.length = 0;
    }
    expect(world.cloud.rules(group)).toEqual(before);
    return checkRights(world.ledger);
  }

  it('is not taken before somebody asks', async () => {
    const world = makeWorld();
    await world.say('api', request());
    const calls = world.cloud.calls.length;
    await proveRights(world.deps, 'grant');

    expect(world.cloud.calls).toHaveLength(calls);
    expect(new Set(Object.values(verdicts(await checkRights(world.ledger))))).toEqual(new Set(['unknown']));
  });

  it('is content with one verb for each', async () => {
    const checks = await worldWhere((hand) => [verbs[hand]]);

    expect(verdicts(checks)).toEqual({ 'rights of grant': 'ok', 'rights of revoke': 'ok', 'rights of modify': 'ok' });
  });

  it('tells of a role that lacks its verb, and of one that may more', async () => {
    const checks = await worldWhere((hand) => (hand === 'grant' ? ['authorize', 'revoke'] : []));

    expect(verdicts(checks)).toEqual({
      'rights of grant': 'warning',
      'rights of revoke': 'failed',
      'rights of modify': 'failed',
    });
    expect(checks[0]?.found).toBe('may also revoke in ecs/default/cn-hangzhou');
    expect(checks[1]?.found).toBe('may not revoke in ecs/default/cn-hangzhou');
  });
});
