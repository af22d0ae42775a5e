import type { Ledger } from '../reconcile/ledger-port.ts';
import { type ReceiveDeps, receive } from '../reconcile/receive.ts';
import type { DeliveryReader, PolledSource } from './delivery-reader.ts';
import type { InstanceReader, ThinSource } from './instance-reader.ts';
import { digestOf } from './map-event.ts';
import { type ProvedEvent, understandEvent } from './read-hook.ts';
import { firstMeaning } from './seen-before.ts';
import type { HookSources } from './webhooks.ts';

export type CatchUpDeps = ReceiveDeps & {
  readonly sources: Pick<HookSources, 'book'>;
  readonly instances: InstanceReader;
  readonly deliveries: DeliveryReader;
};
/** Events that were taken after all, those still waiting for their form, and sources that could not be asked. */
export type CaughtUp = { readonly caughtUp: number; readonly waiting: number; readonly away: readonly string[] };

const parked = 'fetch';
const dayMs = 24 * 3600 * 1000;
/** An event whose form cannot be had for so long is told to nobody any more. */
const waitMaxMs = 7 * dayMs;
/** GitHub lists a delivery some time after it was made. */
const overlapMs = 10 * 60 * 1000;

/** Keeps an event whose form could not be fetched in the time that its sender waits. Twice is once. */
export async function keepWaiting(ledger: Ledger, source: string, { event, deliveryId }: ProvedEvent): Promise<void> {
  const digest = digestOf(event);
  await ledger.transaction('wait', async (tx) => {
    const row = { source: waitingRoom(source), id: digest, digest, action: parked, parkedFor: parked };
    await tx.insertMessages([{ ...row, message: { event, deliveryId }, receivedAtMs: tx.nowMs }]);
  });
}

type Run = {
  readonly mayGoOn: () => boolean;
  /** Forms of this source alone, the newest first: those before it may be of no use to anybody. Absent: all there is. */
  readonly only?: string | undefined;
};

/** Takes what was left over: events whose form can be had by now, and those that a source never sent again. */
export async function catchUp(deps: CatchUpDeps, { mayGoOn, only }: Run): Promise<CaughtUp> {
  let caughtUp = 0;
  let waiting = 0;
  const away: string[] = [];
  for (const [name, source] of Object.entries(deps.sources.book)) {
    if (!mayGoOn()) break;
    if (only !== undefined && only !== name) continue;
    if ('api' in source && source.api) {
      const done = await fetchAgain(deps, name, source, { mayGoOn, only });
      caughtUp += done.caughtUp;
      waiting += done.waiting;
    } else if (source.kind === 'github' && source.poll) {
      const count = await poll(deps, name, source);
      if (count === undefined) away.push(name);
      else caughtUp += count;
    }
  }
  return { caughtUp, waiting, away };
}

async function fetchAgain(deps: CatchUpDeps, name: string, source: ThinSource, { mayGoOn, only }: Run) {
  const room = waitingRoom(name);
  const { rows, nowMs } = await deps.ledger.transaction('waiting', async (tx) => ({
    rows: await tx.parkedFor([{ source: room, requestId: parked }]),
    nowMs: tx.nowMs,
  }));
  let caughtUp = 0;
  for (const row of only === undefined ? rows : [...rows].reverse()) {
    if (!mayGoOn()) break;
    const isTaken = await take(deps, name, source, { headers: {}, ...(row.message as Omit<ProvedEvent, 'headers'>) });
    const isGivenUp = !isTaken && nowMs - row.receivedAtMs > waitMaxMs;
    if (isGivenUp) deps.log.event('error', 'an event is given up', { source: name, code: 'FORM_NOT_FETCHED' });
    if (!isTaken && !isGivenUp) continue;
    await deps.ledger.transaction('waited', (tx) => tx.updateMessage({ ...row, parkedFor: undefined }));
    caughtUp += isTaken ? 1 : 0;
  }
  return { caughtUp, waiting: rows.length - caughtUp };
}

/** The place up to which a source was asked moves only when everything before it was taken. */
async function poll(deps: CatchUpDeps, name: string, source: PolledSource): Promise<number | undefined> {
  const setting = `caught-up:${name}`;
  const since = await deps.ledger.transaction('caught-up', async (tx) => {
    const known = await tx.getSetting(setting);
    return { nowMs: tx.nowMs, fromMs: typeof known === 'number' ? known - overlapMs : tx.nowMs - dayMs };
  });
  const missed = await deps.deliveries.missedSince(source, since.fromMs);
  if (missed === 'away') return undefined;
  let taken = 0;
  for (const one of missed) if (await take(deps, name, source, one)) taken += 1;
  await deps.ledger.transaction('caught-up', (tx) => tx.setSetting(setting, since.nowMs));
  return taken;
}

/** Whether the event is done with: as a message, or as one that means nothing here. */
async function take(deps: CatchUpDeps, name: string, source: PolledSource | ThinSource, proved: ProvedEvent) {
  const understood = await understandEvent(deps.instances, name, source, proved);
  if (understood.kind === 'waiting') return false;
  if (understood.kind === 'message') {
    await receive(deps, undefined, [await firstMeaning(deps.ledger, understood.delivered, understood.seen)]);
  }
  return true;
}

const waitingRoom = (source: string): string => `${source}!waiting`;
