import * as z from 'zod/mini';
import { recoverySetting } from './freeze.ts';
import type { Ledger, LedgerTx } from './ledger-port.ts';
import type { Ids } from './runtime-ports.ts';

/** Whose memory this is: another one after every loss, so that what was written under the old one can be told. */
const incarnationSetting = 'incarnation';

const recoverySchema = z.strictObject({
  incarnation: z.string(),
  by: z.string(),
  sinceMs: z.number(),
  /** The last group that was done, in the order of their names; absent at the beginning of a pass. */
  after: z.optional(z.string()),
  /** Groups of this pass that could not be listed: then there is another pass. */
  failures: z.number(),
  groups: z.number(),
  recovered: z.number(),
});
export type Recovery = z.infer<typeof recoverySchema>;

type Deps = { readonly ledger: Ledger; readonly ids: Ids };

export const readRecovery = async (tx: LedgerTx): Promise<Recovery | undefined> =>
  read(await tx.getSetting(recoverySetting), tx.nowMs);

/** To be written again: two runs that go on at once, or an operator who ends it, must not undo each other's word. */
export async function holdRecovery(tx: LedgerTx): Promise<Recovery | undefined> {
  const [value] = await tx.holdSettings([recoverySetting]);
  return read(value, tx.nowMs);
}

function read(value: unknown, nowMs: number): Recovery | undefined {
  if ((value ?? null) === null) return undefined;
  const unreadable = { incarnation: '', by: 'unknown', sinceMs: nowMs, failures: 0, groups: 0, recovered: 0 };
  // Whatever stands there pauses grants: it must be possible to bring it to its end.
  return recoverySchema.safeParse(value).data ?? unreadable;
}

export const writeRecovery = (tx: LedgerTx, recovery: Recovery): Promise<void> =>
  tx.setSetting(recoverySetting, recovery);

/** Pauses grants until every configured group was looked at. While one goes on, asking for another changes nothing. */
export async function beginRecovery({ ledger, ids }: Deps, by: string): Promise<Recovery> {
  return ledger.transaction('begin recovery', async (tx) => {
    const earlier = await holdRecovery(tx);
    if (earlier) return earlier;
    const incarnation = ids.ulid(tx.nowMs);
    const recovery = { incarnation, by, sinceMs: tx.nowMs, failures: 0, groups: 0, recovered: 0 };
    await writeRecovery(tx, recovery);
    await tx.setSetting(incarnationSetting, incarnation);
    await tx.appendAudit([{ kind: 'recovery.begun', actor: by, data: { incarnation } }]);
    return recovery;
  });
}

/** Grants go on: everything was seen, or an operator says that it is enough. */
export async function endRecovery(tx: LedgerTx, by: string, isComplete: boolean): Promise<void> {
  const recovery = await holdRecovery(tx);
  if (!recovery) return;
  await tx.setSetting(recoverySetting, null);
  const { incarnation, groups, recovered } = recovery;
  const data = { incarnation, groups, recovered, isComplete };
  await tx.appendAudit([{ kind: 'recovery.ended', actor: by, data }]);
}

/** Nobody has looked at the clouds for it yet: it is new, or it was lost, whatever requests it took since. */
export const isNewborn = async (tx: LedgerTx): Promise<boolean> =>
  ((await tx.getSetting(incarnationSetting)) ?? null) === null;

/** New, and nothing of ours is in the clouds. */
export async function nameIncarnation(tx: LedgerTx, ids: Ids): Promise<void> {
  if (await isNewborn(tx)) await tx.setSetting(incarnationSetting, ids.ulid(tx.nowMs));
}
