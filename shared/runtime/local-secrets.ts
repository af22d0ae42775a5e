/**
 * What `npm start` uses where nothing is set. Everybody can read these, so they open something only where
 * CURFEW_LOCAL=1 says that this is somebody's own machine; anywhere else they are refused by name.
 */
export const localSecrets = {
  CURFEW_STAMP_KEYS: 'curfew-local-stamp-key-published-no-secret',
  CURFEW_AUDIT_KEY: 'curfew-local-audit-key-published-no-secret',
  CURFEW_TICKETS_SECRETS: 'whsec_Y3VyZmV3LWxvY2FsLXNlY3JldC0wMTIzNDU2Nzg5',
  CURFEW_QUEUE_SECRETS: 'whsec_Y3VyZmV3LWxvY2FsLXF1ZXVlLXNlY3JldC0wMTIzNDU2Nzg5',
  CURFEW_API_TOKENS: 'local:curfew-local-api-token-published',
} as const;

/** The part of each that makes it a secret: without a prefix or a name, in which it would hide. */
const published: readonly string[] = Object.values(localSecrets).map((value) =>
  value.replace(/^(?:whsec_|local:)/, ''),
);

export const isPublished = (value: string): boolean => published.some((one) => value.includes(one));
