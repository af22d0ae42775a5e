import { expect, it } from 'vitest';
import type { LedgerTx } from '../../../shared/reconcile/ledger-port.ts';
import { group, makeWorld, request } from '../../fakes/world.ts';

/** A ledger that cannot prove the calls that it kept. */
function distrust(world: ReturnType<typeof makeWorld>): () => void {
  const { ledger } = world;
  const trusting = ledger.transaction.bind(ledger);
  ledger.transaction = (label, work) =>
    trusting(label, (tx: LedgerTx) => {
      const read = tx.openOperations.bind(tx);
      tx.openOperations = async (keys) => (await read(keys)).map((one) => ({ ...one, isTampered: true }));
      return work(tx);
    });
  return () => {
    ledger.transaction = trusting;
  };
}

it('never sends a journaled call that is not the one that was journaled, and intends it anew', async () => {
  const world = makeWorld();
  world.cloud.faults.push({ kind: 'authorize', fault: 'lost-before' });
  await world.send(undefined, request());
  await world.work('grant');
  const [first] = world.cloud.calls;
  const stopDistrusting = distrust(world);

  await world.pass(7);
  stopDistrusting();
  await world.pass(20);

  const tokens = world.cloud.calls.map(({ token }) => token);
  expect(tokens.filter((token) => token === first?.token)).toHaveLength(1);
  expect(tokens.length).toBeGreaterThan(1);
  expect(await world.cloud.describe(group)).toMatchObject({ kind: 'listed', rules: [{}] });
  const alarms = world.logged.filter(({ fields }) => fields?.code === 'JOURNAL_TAMPERED');
  expect(alarms[0]?.fields).toMatchObject({ alarm: true });
});
