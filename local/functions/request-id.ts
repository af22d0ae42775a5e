import { randomBytes } from 'node:crypto';

/** An id in the form of the platform's: `1-<seconds>-<8 hex>-<12 hex>`. */
export function newRequestId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `1-${seconds}-${randomBytes(4).toString('hex')}-${randomBytes(6).toString('hex')}`;
}
