import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../cli/audit-answers.ts';
import type { ConsoleDeps } from '../../../functions/console/console-app.ts';
import type { KeptAnchor } from '../../../shared/reconcile/anchor-port.ts';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { leaseBody, makeConsole } from './console.ts';

type Row = { readonly n: number; readonly kind: string; readonly actor: string };
type Page = { readonly rows: readonly Row[]; readonly cursor?: string };

/** A console over a world in which one lease has come and gone. */
async function withStory() {
  const made = makeConsole();
  const { body } = await made.call('POST', '/api/leases', leaseBody());
  await made.world.pass(80);
  const get = async <T>(path: string): Promise<T> => (await made.call('GET', path)).body as unknown as T;
  return { ...made, id: body.lease.id, get };
}

describe('the audit trail through the API', () => {
  it('is checked, and held against what was written down', async () => {
    const { get, call } = await withStory();
    const found = await get<{ ok: boolean; rows: number; hash: string }>('/api/audit/verify');
    const anchored = (anchor: string) => get<{ ok: boolean }>(`/api/audit/verify?anchor=${anchor}`);

    expect(found).toMatchObject({ ok: true, isKeyed: false });
    expect(await anchored(`${found.rows}:${found.hash}`)).toMatchObject({ ok: true });
    expect(await anchored(`${found.rows}:${'0'.repeat(64)}`)).toMatchObject({ ok: false, reason: 'anchor' });
    expect(await call('GET', '/api/audit/verify?anchor=nonsense')).toMatchObject({ status: 400 });
  });

  it('is held against every anchor that was kept, and says so', async () => {
    const { world } = await withStory();
    const [first, last] = [world.ledger.auditRows()[2], world.ledger.auditRows().at(-1)];
    if (!first || !last) throw new Error('nothing was written');
    const verify = async (anchors: ConsoleDeps['anchors']) => {
      const app = makeConsole({ ...world.deps, audit: world.ledger, ledger: world.ledger, anchors });
      return (await app.call('GET', '/api/audit/verify')).body as unknown as Record<string, unknown>;
    };
    const store = (kept: readonly KeptAnchor[]) => ({ keep: async () => undefined, kept: async () => kept });
    const away = { keep: async () => undefined, kept: () => Promise.reject(new AppError('ANCHORS_NOT_READ', 'away')) };

    expect(await verify(undefined)).not.toHaveProperty('anchors');
    expect(await verify(store([first, last]))).toMatchObject({
      ok: true,
      anchors: { kept: 2, newestAt: expect.stringContaining('2026-12-01T09:') },
    });
    expect(await verify(store([{ ...first, hash: '0'.repeat(64) }, last]))).toMatchObject({
      ok: false,
      firstBad: 3,
      reason: 'anchor',
    });
    expect(await verify(store([{ ...last, n: last.n + 9 }]))).toMatchObject({ ok: false, reason: 'anchor' });
    expect(await verify(away)).toMatchObject({ ok: true, anchors: { kept: 0, error: 'ANCHORS_NOT_READ' } });
  });

  it('is read page by page without a gap, and who read it is in it', async () => {
    const { get, world } = await withStory();
    const rows: Row[] = [];
    let path = '/api/audit?limit=3';
    for (;;) {
      const page = await get<Page>(path);
      rows.push(...page.rows);
      if (page.cursor === undefined) break;
      path = `/api/audit?limit=3&cursor=${page.cursor}`;
    }

    expect(rows.map(({ n }) => n)).toEqual(world.ledger.auditRows().map(({ n }) => n));
    expect(rows.filter(({ kind }) => kind === 'audit.read')).toMatchObject([{ actor: 'lin' }]);
  });

  it('is read of one lease, and of a time', async () => {
    const { get, id } = await withStory();

    const { rows } = await get<Page>(`/api/audit?lease=${id}`);
    const later = await get<Page>('/api/audit?from=2026-12-01T09:00:50Z&to=2026-12-01T09:30:00Z');

    expect(rows.map(({ kind }) => kind)).toContain('lease.accepted');
    expect(later.rows.map(({ kind }) => kind)).toContain('rule.seen-gone');
    expect(later.rows.map(({ kind }) => kind)).not.toContain('lease.accepted');
  });

  it('proves what a lease did: request, decision, calls and both looks', async () => {
    const { get, id, call } = await withStory();

    const evidence = await get<Evidence>(`/api/audit/leases/${id}`);

    expect(evidence).toMatchObject({
      state: 'ended',
      request: { requester: 'lin', source: 'api', reason: 'restart the payment worker', rules: [expect.any(String)] },
      decision: { kind: 'lease.accepted', by: 'lin' },
      calls: [
        { kind: 'authorize', answers: [{ kind: 'done' }] },
        { kind: 'revoke', answers: [{ kind: 'done' }] },
      ],
      looks: { open: [{ ruleId: 'sgr-1' }], gone: [{ ruleId: 'sgr-1' }] },
    });
    expect(evidence.latencies.openedMs).toBeLessThan(5_000);
    expect(evidence.latencies.goneMs).toBeLessThan(5_000);
    expect(evidence.rows.map(({ n }) => n)).toEqual([...evidence.rows.map(({ n }) => n)].sort((a, b) => a - b));
    expect(await call('GET', '/api/audit/leases/nobody')).toMatchObject({ status: 404 });
  });
});
