import { type NoticeDeps, sendNotices } from '../../shared/reconcile/send-notices.ts';
import type { Invocation, Result } from '../../shared/runtime/define-handler.ts';

/** A receiver may take five seconds to answer nothing. */
const reserveMs = 8_000;

export async function notify({ deps, remainingMs }: Invocation<NoticeDeps>): Promise<Result> {
  const report = await sendNotices(deps, () => remainingMs() > reserveMs);
  return { answer: report, summary: report };
}
