import { expect, it } from 'vitest';
import { anchorAudit } from '../../../shared/reconcile/anchor.ts';
import type { KeptAnchor } from '../../../shared/reconcile/anchor-port.ts';
import { makeWorld, request } from '../../fakes/world.ts';

it('writes the head of the audit chain into the log once an hour', async () => {
  const world = makeWorld();
  const deps = { ...world.deps, audit: world.ledger };
  await world.send('grant', request());

  const written: boolean[] = [];
  for (let run = 0; run < 13; run += 1) {
    written.push(await anchorAudit(deps));
    world.clock.nowMs += 10 * 60_000;
  }

  const heads = world.logged.filter(({ message }) => message === 'audit.head').map(({ fields }) => fields);
  expect(written.filter(Boolean)).toHaveLength(3);
  expect(heads).toHaveLength(3);
  const { n, hash, at } = heads[0] as { n: number; hash: string; at: string };
  expect(at).toBe('2026-12-01T09:00:00.000Z');
  expect(await world.ledger.verifyAudit([{ n, hash }])).toMatchObject({ ok: true });
});

it('keeps the head in the store as well, and tries again in the next run where that says no', async () => {
  const world = makeWorld();
  const kept: KeptAnchor[] = [];
  let refusals = 2;
  const keep = async (head: KeptAnchor) => {
    if (refusals-- > 0) throw Object.assign(new Error('no'), { code: 'ANCHOR_NOT_KEPT' });
    kept.push(head);
  };
  const deps = { ...world.deps, audit: world.ledger, anchors: { keep, kept: async () => kept } };
  await world.send('grant', request());

  const written: boolean[] = [];
  for (let run = 0; run < 9; run += 1) {
    written.push(await anchorAudit(deps));
    world.clock.nowMs += 10 * 60_000;
  }

  expect(written).toEqual([false, false, true, false, false, false, false, false, true]);
  expect(kept).toHaveLength(2);
  expect(world.logged.filter(({ fields }) => fields?.code === 'ANCHOR_NOT_KEPT' && fields.alarm)).toHaveLength(2);
  expect(await world.ledger.verifyAudit(kept)).toMatchObject({ ok: true });
});
