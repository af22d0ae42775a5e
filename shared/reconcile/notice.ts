import type { Lease } from '../lease/lease.ts';
import type { AuditRow } from './ledger-rows.ts';

/** What people are told of a lease. `stuck`: it could not be ended yet. */
export const noticeEvents = [
  'asked',
  'opened',
  'ends-soon',
  'ended',
  'rejected',
  'failed',
  'withdrawn',
  'stuck',
] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

export type Notice = {
  /** The hash of the audit row that it is made of: the same notice, sent twice, bears the same id. */
  readonly id: string;
  readonly event: NoticeEvent;
  readonly atMs: number;
  /** As it is now, which may be later than what is told. */
  readonly lease: Lease;
};

/** Written when a lease's end is near, so that it is told like everything else: once, and in its order. */
export const endsSoonKind = 'lease.ends-soon';

/** The audit rows of which notices are made. */
export const noticeKinds = ['lease.state', endsSoonKind];

/** What an audit row tells people; undefined when it tells them nothing. */
export function toldBy({ kind, data }: Pick<AuditRow, 'kind' | 'data'>): NoticeEvent | undefined {
  if (kind === endsSoonKind) return 'ends-soon';
  if (kind !== 'lease.state' || typeof data.to !== 'string') return undefined;
  return Object.hasOwn(toldStates, data.to) ? toldStates[data.to] : undefined;
}

const toldStates: Readonly<Record<string, NoticeEvent>> = {
  'awaiting-approval': 'asked',
  active: 'opened',
  ended: 'ended',
  rejected: 'rejected',
  failed: 'failed',
  withdrawn: 'withdrawn',
  stuck: 'stuck',
};
