import * as z from 'zod/mini';
import { type Target, targetKey } from '../rule/target.ts';
import { readDrift } from './drift-book.ts';
import type { GroupFinder } from './groups.ts';
import { after, type Lane, lanesOf } from './lanes.ts';
import type { LedgerTx } from './ledger-port.ts';
import { type LaneDeps, type ScanRun, scanLane } from './scan-lane.ts';

/** When every group was last seen, and where a scan that was cut short goes on. */
export const doneSetting = 'scanned';
const progressSetting = 'scan-after';

const progressSchema = z.object({
  /** The group that each lane did last. */
  after: z.record(z.string(), z.string()),
  /** Groups that an earlier part of this scan could not see. */
  failures: z.number(),
});
type Progress = z.infer<typeof progressSchema>;

export type ScanDeps = LaneDeps & {
  readonly groups: GroupFinder;
  /** A scan is due so long after the last that was complete; one that was not is due at once. */
  readonly scanEveryMs: number;
};
export type ScanReport = {
  readonly groups: number;
  readonly rules: number;
  /** Stamped rules of ours that nobody remembered: handed to the revocation. */
  readonly strays: number;
  /** Differences of any class. */
  readonly drift: number;
  readonly failures: number;
  /** Every group was seen. Else the next scan goes on where this one stopped, or begins again. */
  readonly isComplete: boolean;
};

/** Each holds one listing; more of them wait until one is done. */
const lanesMax = 50;

/**
 * The ledger against the clouds: looks at every group that is configured, and at every one in which a rule of ours
 * ever was. Only a scan that saw all of them counts; the time of the last that did stands in the ledger. Groups that
 * share a quota are a lane, and lanes go side by side. Dying on the way costs the part that was done since.
 */
export async function scan(deps: ScanDeps, mayGoOn: () => boolean): Promise<ScanReport> {
  const begun = await deps.ledger.transaction('targets', begin);
  const counts = { groups: 0, rules: 0, strays: 0, drift: 0, failures: 0 };
  if (!begun.progress && begun.nowMs - begun.doneMs < deps.scanEveryMs) return { ...counts, isComplete: true };
  const { targets, isWhole } = await deps.groups();
  const known = begun.known.map(targetKey);
  const { nowMs } = begun;
  const concerned = new Set([...known, ...begun.drifting]);
  const run = { deps, nowMs, concerned, counts, inTurn: oneByOne(), mayGoOn };
  const lanes = lanesOf([...begun.known, ...targets]);
  const reached = await workLanes(run, lanes, begun.progress?.after ?? {});
  const failures = counts.failures + (begun.progress?.failures ?? 0);
  const isThrough = lanes.every(({ name, targets: groups }) => (reached[name] ?? '') >= lastOf(groups));
  const isComplete = isThrough && failures === 0 && isWhole;
  await deps.ledger.transaction('scanned', async (tx) => {
    await tx.setSetting(progressSetting, isThrough ? null : { after: reached, failures });
    if (isComplete) await tx.setSetting(doneSetting, tx.nowMs);
  });
  return { ...counts, isComplete };
}

async function begin(tx: LedgerTx) {
  const progress = progressSchema.safeParse(await tx.getSetting(progressSetting));
  return {
    known: await tx.knownTargets(),
    drifting: (await readDrift(tx)).map(({ group }) => group),
    progress: progress.success ? progress.data : undefined,
    doneMs: Number((await tx.getSetting(doneSetting)) ?? Number.NEGATIVE_INFINITY),
    nowMs: tx.nowMs,
  };
}

/** How far each lane came. Waits for all of them, whatever becomes of one: nothing may go on behind our back. */
async function workLanes(run: ScanRun, lanes: readonly Lane[], from: Progress['after']): Promise<Progress['after']> {
  const reached: Record<string, string> = { ...from };
  const queue = [...lanes];
  let isBroken = false;
  const mayGoOn = () => !isBroken && run.mayGoOn();
  const worker = async (): Promise<void> => {
    for (let lane = queue.shift(); lane; lane = queue.shift()) {
      const last = await scanLane({ ...run, mayGoOn }, after(lane, from)).catch((error: unknown) => {
        isBroken = true;
        throw error;
      });
      if (last !== undefined) reached[lane.name] = last;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanesMax }, worker));
  const broken = ends.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
  return reached;
}

const lastOf = (groups: readonly Target[]): string => groups.slice(-1).map(targetKey).join();

function oneByOne(): ScanRun['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
