import type { Lease } from '../../../shared/lease/lease.ts';
import type { Notice, NoticeEvent } from '../../../shared/reconcile/notice.ts';
import { group } from '../../fakes/world.ts';

export function noticeOf(event: NoticeEvent = 'opened', lease: Partial<Lease> = {}): Notice {
  return {
    id: 'b'.repeat(64),
    event,
    atMs: Date.parse('2026-12-01T09:00:00Z'),
    lease: {
      id: '01jdz',
      source: 'tickets',
      requestId: 'OPS-1234/1',
      action: 'authorize',
      target: group,
      rules: [
        {
          direction: 'ingress',
          ipProtocol: 'tcp',
          portRange: '22/22',
          sourceCidrIp: '203.0.113.7/32',
          policy: 'accept',
          priority: 1,
          nicType: 'intranet',
        },
      ],
      startsAtMs: Date.parse('2026-12-01T09:00:00Z'),
      expiresAtMs: Date.parse('2026-12-01T11:00:00Z'),
      state: 'active',
      requester: { id: 'lin@example.com', name: 'Lin' },
      reason: 'restart the payment worker',
      ticket: { system: 'jira', key: 'OPS-1234' },
      createdAtMs: 0,
      ...lease,
    },
  };
}
