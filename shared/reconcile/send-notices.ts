import type { AuditTrail } from './audit-trail.ts';
import { markEndingSoon } from './ends-soon.ts';
import type { Ledger } from './ledger-port.ts';
import type { AuditRow } from './ledger-rows.ts';
import { type Notice, noticeKinds, toldBy } from './notice.ts';
import type { Ids, Log } from './runtime-ports.ts';

/** `refused`: the receiver will not have it, however often. `unknown`: it may have it, or may have it later. */
export type Sent = { readonly kind: 'done' } | { readonly kind: 'refused' | 'unknown'; readonly code: string };

/** Somewhere that is told of leases. */
export interface NoticeChannel {
  /** Its name in notices.yaml. */
  readonly name: string;
  wants(notice: Notice): boolean;
  /** Sends one notice once; never throws. The same notice may come again. */
  send(notice: Notice): Promise<Sent>;
}

export type NoticeDeps = {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly audit: Pick<AuditTrail, 'auditPage' | 'auditHead'>;
  readonly ids: Ids;
  readonly log: Log;
  readonly channels: readonly NoticeChannel[];
  /** How long before its end a lease is told of; absent: never. */
  readonly endsSoonMs?: number | undefined;
};
export type NoticeReport = { readonly sent: number; readonly failed: number; readonly isBusy: boolean };

const pageSize = 100;
/** Longer than a run of the function: whoever holds it when it is over is dead. */
const claimMs = 60_000;
/** What a receiver refuses so often, it would refuse for ever: the ones behind it must not wait. */
const refusalsMax = 5;
/** News of yesterday is no news: a channel that was away so long goes on with what is newer. */
const oldestMs = 24 * 3600_000;

/**
 * Tells every channel what happened since it was told last. The audit trail is the outbox: what is told was committed
 * together with what happened, and each channel has a place in it. So everything is told at least once and in its
 * order, and a channel that is away keeps no other one waiting.
 */
export async function sendNotices(deps: NoticeDeps, mayGoOn: () => boolean): Promise<NoticeReport> {
  if (deps.channels.length === 0) return { sent: 0, failed: 0, isBusy: false };
  const by = deps.ids.nonce();
  if (!(await claim(deps, by))) return { sent: 0, failed: 0, isBusy: true };
  try {
    if (deps.endsSoonMs !== undefined) await markEndingSoon(deps.ledger, deps.endsSoonMs);
    const runs = await Promise.all(deps.channels.map((channel) => tell(deps, channel, mayGoOn)));
    const sum = (pick: (run: Run) => number) => runs.reduce((total, run) => total + pick(run), 0);
    return { sent: sum((run) => run.sent), failed: sum((run) => run.failed), isBusy: false };
  } finally {
    await release(deps, by);
  }
}

type Run = { readonly sent: number; readonly failed: number };
/** A channel's place in the trail, and how often the notice behind it was refused. */
type Place = { readonly n: number; readonly refusals: number };

async function tell(deps: NoticeDeps, channel: NoticeChannel, mayGoOn: () => boolean): Promise<Run> {
  let place = await placeOf(deps, channel);
  let sent = 0;
  while (mayGoOn()) {
    const page = await deps.audit.auditPage({ afterN: place.n, limit: pageSize, kinds: noticeKinds });
    for (const { n, notice } of await noticesOf(deps, page.rows)) {
      if (!mayGoOn()) return { sent, failed: 0 };
      if (notice && channel.wants(notice)) {
        const result = await channel.send(notice);
        if (result.kind !== 'done' && !isGivenUp(deps, channel, notice, result, place)) {
          const refusals = place.refusals + (result.kind === 'refused' ? 1 : 0);
          await setPlace(deps, channel, { n: place.n, refusals });
          return { sent, failed: 1 };
        }
        if (result.kind === 'done') sent += 1;
        await setPlace(deps, channel, { n, refusals: 0 });
      }
      place = { n, refusals: 0 };
    }
    if (page.nextN === undefined) break;
    place = { n: Math.max(place.n, page.nextN), refusals: 0 };
  }
  await setPlace(deps, channel, place);
  return { sent, failed: 0 };
}

function isGivenUp(
  deps: NoticeDeps,
  channel: NoticeChannel,
  { id, event, lease }: Notice,
  { kind, code }: Exclude<Sent, { kind: 'done' }>,
  place: Place,
): boolean {
  const isOver = kind === 'refused' && place.refusals + 1 >= refusalsMax;
  const fields = { channel: channel.name, leaseId: lease.id, event, notice: id, cause: code };
  if (isOver) deps.log.event('error', 'a notice was refused for good', { ...fields, code: 'NOTICE_GIVEN_UP' });
  else deps.log.event('warn', 'a notice was not taken; it is sent again', { ...fields, code: 'NOTICE_NOT_TAKEN' });
  return isOver;
}

/** Each row with the notice that it makes; none where the lease is unknown, or the news is old. */
async function noticesOf(deps: NoticeDeps, rows: readonly AuditRow[]): Promise<{ n: number; notice?: Notice }[]> {
  const ids = [...new Set(rows.flatMap(({ leaseId }) => leaseId ?? []))];
  const { leases, nowMs } = await deps.ledger.transaction('notices', async (tx) => ({
    leases: new Map((await tx.leases(ids)).map((lease) => [lease.id, lease])),
    nowMs: tx.nowMs,
  }));
  const isOld = ({ atMs }: AuditRow) => nowMs - atMs > oldestMs;
  const old = rows.filter(isOld).length;
  if (old > 0) deps.log.event('warn', 'old news was left out', { code: 'NOTICES_TOO_OLD', rows: old });
  return rows.map((row) => {
    const lease = leases.get(row.leaseId ?? '');
    const event = isOld(row) ? undefined : toldBy(row);
    return lease && event ? { n: row.n, notice: { id: row.hash, event, atMs: row.atMs, lease } } : { n: row.n };
  });
}

const settingOf = ({ name }: NoticeChannel) => `notices.channel.${name}`;

/** A new channel begins with what is new, and so does one that is ahead of a ledger that lost its tail. */
async function placeOf({ ledger, audit }: NoticeDeps, channel: NoticeChannel): Promise<Place> {
  const head = await audit.auditHead();
  return ledger.transaction('notices', async (tx) => {
    const kept = (await tx.getSetting(settingOf(channel))) as Place | undefined;
    return kept && kept.n <= head.n ? kept : { n: head.n, refusals: 0 };
  });
}

const setPlace = ({ ledger }: NoticeDeps, channel: NoticeChannel, place: Place): Promise<void> =>
  ledger.transaction('notices', (tx) => tx.setSetting(settingOf(channel), place));

/** One run at a time, or the order would be lost. */
const claimSetting = 'notices.claim';
/** Written before the claim is read: the second of two at once waits here for the first. */
const lockSetting = 'notices.lock';
type Claim = { readonly by: string; readonly untilMs: number };

const claim = ({ ledger }: NoticeDeps, by: string): Promise<boolean> =>
  ledger.transaction('notices', async (tx) => {
    await tx.setSetting(lockSetting, by);
    const held = (await tx.getSetting(claimSetting)) as Claim | undefined;
    if (held && held.untilMs > tx.nowMs) return false;
    await tx.setSetting(claimSetting, { by, untilMs: tx.nowMs + claimMs });
    return true;
  });

const release = ({ ledger }: NoticeDeps, by: string): Promise<void> =>
  ledger.transaction('notices', async (tx) => {
    const held = (await tx.getSetting(claimSetting)) as Claim | undefined;
    if (held?.by === by) await tx.setSetting(claimSetting, { by, untilMs: 0 });
  });
