import { createHash } from 'node:crypto';
import { readMessage } from '../../shared/lease/read-message.ts';
import { abandon } from '../../shared/reconcile/abandon.ts';
import { adopt } from '../../shared/reconcile/adopt.ts';
import type { ReceiveDeps } from '../../shared/reconcile/receive.ts';
import type { Place } from './scenarios.ts';
import { type Spec, targetOf } from './workload.ts';

/** What an operator does at a keyboard, again and again until it is done. */
export type Command = {
  readonly name: string;
  readonly atS: number;
  /** Says whether it is done. */
  readonly run: (deps: ReceiveDeps) => Promise<boolean>;
  /** What it asks for, in the words of a message. */
  readonly spec?: Spec;
};

/** Makes the first rule that people own ours, so that it goes after so many seconds. */
export function adoption(
  { startMs, groupId, owned: [rule] }: Place,
  { atS, forS }: { atS: number; forS: number },
): Command {
  if (!rule) throw new Error('nobody owns a rule on this stage');
  const value = {
    ...{ version: 1, action: 'revoke', id: 'ADOPT-1', target: targetOf(groupId), requester: { id: 'ops@example.com' } },
    rules: [{ securityGroupRuleId: rule.id }],
    duration: `PT${forS}S`,
  };
  const read = readMessage(value);
  if ('code' in read || read.message.action !== 'revoke') throw new Error('the adoption is a bad message');
  const { message } = read;
  const digest = createHash('sha256').update(`adopt ${read.digest}`).digest('hex');
  const [sendAtMs, durationMs] = [startMs + atS * 1_000, forS * 1_000];
  return {
    name: 'adopt',
    atS,
    spec: { value, id: message.id, digest, action: 'authorize', sendAtMs, keys: [rule.image.key], durationMs },
    run: async (deps) => {
      const taken = await adopt(deps, { source: 'operator', read: { ...read, message } });
      if ('code' in taken) throw new Error(`not adopted: ${taken.code}`);
      return true;
    },
  };
}

/** Gives the one lease up, whatever its state. */
export const abandonment = (atS: number): Command => ({
  name: 'abandon',
  atS,
  run: async ({ ledger, schedule }) =>
    ledger.transaction('abandon', async (tx) => {
      const [lease] = await tx.listLeases({ limit: 1 });
      if (!lease) return false;
      const ask = { leaseId: lease.id, actor: 'ops', reason: 'settled by hand', isForced: true };
      const done = await abandon(tx, ask, schedule);
      if ('code' in done && done.code !== 'LEASE_ENDED') throw new Error(`not abandoned: ${done.code}`);
      return true;
    }),
});
