import { describe, expect, it } from 'vitest';
import { changeLease } from '../../../shared/lease/change-lease.ts';
import { type Lease, noEndMs } from '../../../shared/lease/lease.ts';
import type { LaterMessage } from '../../../shared/lease/message.ts';
import { readMessage } from '../../../shared/lease/read-message.ts';
import { group, request } from '../../fakes/world.ts';

const last = '9999-12-31T23:59:59Z';
const lease = (expiresAtMs: number): Lease => ({
  id: 'l',
  source: 'api',
  requestId: 'A-1',
  action: 'modify',
  target: group,
  rules: [],
  startsAtMs: Date.parse('2026-12-01T10:00:00Z'),
  expiresAtMs,
  state: 'scheduled',
  requester: { id: 'lin' },
  createdAtMs: 0,
});
const later = (action: 'extend' | 'shorten', change: Record<string, unknown>) =>
  ({ version: 1, action, id: 'm', leaseId: 'l', ...change }) as LaterMessage;
const nowMs = Date.parse('2026-12-01T09:00:00Z');

describe('the last instant', () => {
  it.each([
    ['as the end', { duration: undefined, expiresAt: last }, '/expiresAt'],
    ['with an offset', { duration: undefined, expiresAt: '9999-12-31T23:59:59-08:00' }, '/expiresAt'],
    ['as start and length', { startsAt: '9999-12-31T00:00:00Z', duration: 'P1D' }, '/duration'],
  ])('is no end that a message may name: %s', (_, change, path) => {
    expect(readMessage(request(change))).toMatchObject({ code: 'END_TOO_FAR', path });
  });

  it('is no end that a lease can be moved to', () => {
    const endMs = Date.parse('2026-12-01T11:00:00Z');

    expect(readMessage(later('extend', { expiresAt: last }))).toMatchObject({ code: 'END_TOO_FAR' });
    expect(changeLease(lease(endMs), later('extend', { expiresAt: last }), nowMs)).toMatchObject({
      code: 'END_TOO_FAR',
    });
  });
});

describe('a lease without an end', () => {
  it('cannot be extended', () => {
    const moved = changeLease(lease(noEndMs), later('extend', { duration: 'PT1H' }), nowMs);

    expect(moved).toMatchObject({ code: 'NOT_LATER', message: expect.stringContaining('no end') });
  });

  it('gets one by shortening it', () => {
    const moved = changeLease(lease(noEndMs), later('shorten', { duration: 'PT3H' }), nowMs);

    expect(moved).toMatchObject({ expiresAtMs: nowMs + 3 * 3_600_000 });
  });
});
