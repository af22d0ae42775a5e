import type { Log, Stopwatch } from '../reconcile/runtime-ports.ts';
import { runErrand } from './errand.ts';
import type { WakeSender } from './send-wakes.ts';

/** Many things happen together; one run tells of all of them. */
const everyMs = 2_000;

type AnnouncerOptions = {
  /** Lives for one announcement: the credentials of the next one may be others. */
  readonly connect: () => WakeSender;
  readonly functionPrefix: string;
  readonly stopwatch: Pick<Stopwatch, 'monotonicMs'>;
  readonly log: Log;
};

const otherwise = {
  code: 'ANNOUNCEMENT_FAILED',
  message: 'news could not be announced; they are told within the minute',
};

/** Asks the platform to run `notify` now. Never fails: its timer finds, within the minute, what there is to tell. */
export function announcer({ functionPrefix, stopwatch, ...options }: AnnouncerOptions): () => Promise<void> {
  let lastMs = Number.NEGATIVE_INFINITY;
  // A moment later, so that what follows at once is told too.
  const errand = { functionName: `${functionPrefix}notify`, body: '{"type":"curfew.news"}', delaySeconds: 1 };
  return async () => {
    if (stopwatch.monotonicMs() - lastMs < everyMs) return;
    lastMs = stopwatch.monotonicMs();
    await runErrand(options, errand, otherwise);
  };
}
