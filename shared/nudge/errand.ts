import type { Log } from '../reconcile/runtime-ports.ts';
import type { WakeSender } from './send-wakes.ts';

/** A run of one of our functions that its own timer would make, too, only later. */
type Errand = Parameters<WakeSender['send']>[0];
type ErrandOptions = {
  /** Lives for one errand: the credentials of the next one may be others. */
  readonly connect: () => WakeSender;
  readonly log: Log;
};

/** Asks the platform for it. Never fails: what is asked for is found by a timer otherwise, as the log then says. */
export async function runErrand(
  { connect, log }: ErrandOptions,
  errand: Errand,
  otherwise: { readonly code: string; readonly message: string },
): Promise<void> {
  const sender = connect();
  try {
    await sender.send(errand);
  } catch (error) {
    log.event('warn', otherwise.message, { code: otherwise.code, status: sender.statusOf(error) ?? null });
  }
}
