import type { Lease, Link } from '../../shared/lease/lease.ts';
import type { AuditTrail } from '../../shared/reconcile/audit-trail.ts';
import type { Ledger, LedgerTx } from '../../shared/reconcile/ledger-port.ts';
import type { InboxRow, Operation, RuleRow } from '../../shared/reconcile/ledger-rows.ts';
import { ruleKey } from '../../shared/rule/identity.ts';
import type { Rule } from '../../shared/rule/rule.ts';
import type { Target } from '../../shared/rule/target.ts';

/** What the contract is run against. */
export type TriedLedger = Ledger & AuditTrail;
export type OpenLedger = () => Promise<{ ledger: TriedLedger; close(): Promise<void> }>;
/** The ledger of the test that is running now. */
export type Current = () => TriedLedger;

export const group = (securityGroupId: string): Target => ({
  cloud: 'ecs',
  account: 'default',
  regionId: 'cn-hangzhou',
  securityGroupId,
});

export const web = group('sg-web');
export const db = group('sg-db');

const openPort = (port: number): Rule => ({
  direction: 'ingress',
  ipProtocol: 'tcp',
  portRange: `${port}/${port}`,
  policy: 'accept',
  priority: 1,
  nicType: 'intranet',
  sourceCidrIp: '203.0.113.7/32',
});

export function ruleRow(target: Target, port: number, more: Partial<RuleRow> = {}): RuleRow {
  const rule = openPort(port);
  const key = ruleKey(target, rule);
  return {
    key,
    target,
    rule,
    isPresent: false,
    isMaybePresent: false,
    attempts: 0,
    isStuck: false,
    dueMs: {},
    ...more,
  };
}

export function lease(id: string, more: Partial<Lease> = {}): Lease {
  return {
    id,
    source: 'tickets',
    requestId: `request-${id}`,
    action: 'authorize',
    target: web,
    rules: [openPort(22)],
    startsAtMs: 1_000_000,
    expiresAtMs: 2_000_000,
    state: 'scheduled',
    requester: { id: 'lin@example.com' },
    createdAtMs: 1_000_000,
    ...more,
  };
}

export const link = (leaseId: string, row: RuleRow, more: Partial<Link> = {}): Link => ({
  leaseId,
  ruleKey: row.key,
  isBorrowed: false,
  isWithdrawn: false,
  ...more,
});

export const operation = (id: string, rows: readonly RuleRow[], more: Partial<Operation> = {}): Operation => ({
  id,
  kind: 'authorize',
  purpose: 'apply',
  target: web,
  direction: 'ingress',
  ruleKeys: rows.map(({ key }) => key),
  request: `frozen bytes of ${id}`,
  nonce: 'f'.repeat(32),
  clientToken: `token-of-${id}`,
  state: 'open',
  intendedAtMs: 1_000_000,
  lastSentAtMs: 1_000_000,
  sends: 0,
  answers: 0,
  isPartlySettled: false,
  ...more,
});

export const message = (id: string, more: Partial<InboxRow> = {}): InboxRow => ({
  source: 'tickets',
  id,
  digest: 'd'.repeat(64),
  action: 'authorize',
  receivedAtMs: 1_000_000,
  ...more,
});

/** One transaction, without its label. */
export const within = <T>(ledger: Ledger, work: (tx: LedgerTx) => Promise<T>): Promise<T> =>
  ledger.transaction('contract', work);

export const entry = (data: Record<string, unknown> = {}, leaseId?: string) => ({
  kind: 'lease.accepted',
  actor: 'lin@example.com',
  data,
  leaseId,
});
