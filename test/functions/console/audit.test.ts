import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../cli/audit-answers.ts';
import type { ConsoleDeps } from '../../../functions/console/console-app.ts';
import type { KeptAnchor } from '../../../shared/reconcile/anchor-port.ts';
import type { AuditTrail } from '../../../shared/reconcile/audit-trail.ts';
import type { AuditRow } from '../../../shared/reconcile/ledger-rows.ts';
import { refusal } from '../../../shared/rule/refusal.ts';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { nextLink } from '../../../shared/runtime/next-link.ts';
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

  it('names whoever begins in its middle, and once an hour whoever only goes on', async () => {
    const { get, world } = await withStory();
    const readers = () => world.ledger.auditRows().filter(({ kind }) => kind === 'audit.read').length;
    const page = () => get<Page>('/api/audit?limit=1&cursor=2');

    await page();
    await page();
    expect(readers()).toBe(1);

    await world.pass(3600);
    await page();
    expect(readers()).toBe(2);
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

const nobody = { policies: [], version: '', approvals: 0, approvers: [] };

describe('the audit trail as a file', () => {
  const rowsOf = (text: string) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row & { readonly at: string; readonly hash: string });
  const file = (path: string) => async (made: Awaited<ReturnType<typeof withStory>>) => {
    const response = await made.app.request(path, { headers: { authorization: `Bearer ${made.token}` } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('is all of it in one piece, as the pages have it, and says who took it', async () => {
    const made = await withStory();

    const { status, headers, text } = await file('/api/audit/export')(made);

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/x-ndjson');
    expect(headers.get('content-disposition')).toBe('attachment; filename="curfew-audit.jsonl"');
    expect(headers.get('link')).toBeNull();
    expect(headers.get('x-curfew-rows')).toBe(String(rowsOf(text).length));
    const { rows } = await made.get<Page>('/api/audit');
    expect(rowsOf(text)).toEqual(rows.slice(0, -1));
    expect(rowsOf(text).at(-1)).toMatchObject({ kind: 'audit.read', actor: 'lin', data: { what: 'export' } });
  });

  it('is a table, whose cells run no formula', async () => {
    const made = await withStory();
    await made.call('PUT', '/api/freeze', { reason: 'x' });

    const { headers, text } = await file('/api/audit/export?format=csv')(made);

    const lines = text.split('\r\n');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(lines[0]).toBe('n,at,kind,leaseId,actor,data,hash');
    expect(lines[1]).toMatch(/^1,2026-12-01T09:00:00.000Z,lease.accepted,.*,lin,"\{""/);
    expect(lines).toHaveLength(made.world.ledger.auditRows().length + 2);
  });

  it.each(['jsonl', 'csv'])('comes in pieces as %s, which make the whole', async (format) => {
    const made = await withStory();
    const whole = (await file(`/api/audit/export?format=${format}&to=2026-12-01T10:00:00Z&lease=${made.id}`)(made))
      .text;

    const pieces: string[] = [];
    let next: string | undefined =
      `/api/audit/export?format=${format}&to=2026-12-01T10:00:00Z&lease=${made.id}&limit=2`;
    while (next !== undefined) {
      const { headers, text } = await file(next)(made);
      expect(Number(headers.get('x-curfew-rows'))).toBeLessThanOrEqual(2);
      pieces.push(text);
      next = nextLink(headers.get('link'));
    }

    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.join('')).toBe(whole);
  });

  it('holds what a filter leaves: of a time, and with every one of some words', async () => {
    const made = await withStory();
    const kinds = async (query: string) =>
      rowsOf((await file(`/api/audit/export?${query}`)(made)).text).map(({ kind }) => kind);

    const { rows } = await made.get<Page>('/api/audit?text=seen-gone');
    expect(await kinds('to=2026-12-01T09:01:05Z&text=ACCEPTED+payment')).toEqual(['lease.accepted']);
    expect(await kinds('to=2026-12-01T09:01:05Z&text=accepted+nobody')).toEqual([]);
    expect(await kinds('from=2026-12-01T09:00:50Z&to=2026-12-01T09:01:10Z&text=seen')).toEqual(['rule.seen-gone']);
    // That somebody looked for these words is a row of its own.
    expect(rows.map(({ kind }) => kind)).toEqual(['rule.seen-gone', 'audit.read']);
  });

  it('is refused where it is too large for one answer, never cut', async () => {
    const made = await withStory();
    const [row] = made.world.ledger.auditRows();
    const long = { ...row, data: { text: 'x'.repeat(60_000) } } as AuditRow;
    const auditPage: AuditTrail['auditPage'] = async ({ afterN, limit }) => {
      const rows = Array.from({ length: Math.min(limit, 400 - afterN) }, (_, at) => ({ ...long, n: afterN + at + 1 }));
      return afterN + rows.length < 400 ? { rows, nextN: afterN + rows.length } : { rows };
    };
    const big = { ...made, ...makeConsole({ audit: { ...made.world.ledger, auditPage } as AuditTrail }) };

    const whole = await file('/api/audit/export')(big);
    const first = await file('/api/audit/export?limit=100000')(big);
    const second = await file(nextLink(first.headers.get('link')) ?? '')(big);

    expect([whole.status, JSON.parse(whole.text).code]).toEqual([422, 'EXPORT_TOO_LARGE']);
    expect(first.text.length).toBeLessThan(17_000_000);
    expect([...rowsOf(first.text), ...rowsOf(second.text)].map(({ n }) => n)).toEqual(
      Array.from({ length: 400 }, (_, at) => at + 1),
    );
    expect(second.headers.get('link')).toBeNull();
  });

  it.each(['format=xml', 'limit=0', 'limit=100001', 'cursor=x', 'from=yesterday', 'lease='.padEnd(80, 'x')])(
    'is refused with %s',
    async (query) => {
      const made = makeConsole();

      expect(await made.call('GET', `/api/audit/export?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_VALUE' },
      });
    },
  );

  it('is for whoever may read the trail', async () => {
    const { call } = makeConsole({
      visits: async () => () => ({ ...nobody, refusal: refusal('POLICY_DENIED', 'no') }),
    });

    expect(await call('GET', '/api/audit/export')).toMatchObject({ status: 403, body: { code: 'POLICY_DENIED' } });
  });
});
