import type { AnchorStore } from '../../reconcile/anchor-port.ts';
import { attempt, type Check } from './check.ts';

const name = 'audit anchors';
/** Three of the hours in which one is kept. */
const ageMaxMs = 3 * 3_600_000;

/** Is the head of the audit trail kept where nobody with the database can reach it? */
export async function checkAnchors(anchors: AnchorStore | undefined, nowMs: number): Promise<readonly Check[]> {
  if (anchors === undefined) {
    const advice = 'set CURFEW_AUDIT_ANCHOR=oss://bucket/prefix, and give the bucket a retention policy';
    return [{ name, verdict: 'warning', found: 'the log alone keeps the head of the trail', advice }];
  }
  return attempt(name, 'may this function list the bucket of CURFEW_AUDIT_ANCHOR?', async () => {
    const kept = await anchors.kept();
    const newest = kept.at(-1);
    const isFresh = newest !== undefined && nowMs - newest.atMs <= ageMaxMs;
    const found = newest
      ? `${kept.length} kept, the newest of ${new Date(newest.atMs).toISOString()}`
      : 'none is kept yet';
    const advice = 'does the timer of reconcile fire, and may its role put objects there (ANCHOR_NOT_KEPT in the log)?';
    return [{ name, verdict: isFresh ? 'ok' : 'warning', found, ...(isFresh ? {} : { advice }) }];
  });
}
