import { expect, it } from 'vitest';
import { anchorAudit } from '../../../shared/reconcile/anchor.ts';
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
