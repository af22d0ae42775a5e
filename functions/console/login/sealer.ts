import { hkdfSync } from 'node:crypto';

/** What a sealed text is good for: one for another is refused, for each has a key of its own. */
type Purpose = 'log-in' | 'session';

/** Texts that only we can make and read, for cookies: instances are many and share no memory. */
export type Sealer = {
  readonly seal: (purpose: Purpose, content: Readonly<Record<string, unknown>>, seconds: number) => Promise<string>;
  /** Undefined for whatever we did not seal, for another purpose, too long ago, or under a key that was retired. */
  readonly open: (purpose: Purpose, text: string) => Promise<unknown>;
};

const algorithm = { alg: 'dir', enc: 'A256GCM' } as const;
/** Longer than any cookie that a browser keeps. */
const lengthMax = 4_096;

/** Loaded with the first log-in: whoever comes with an API token should not wait for it. */
const jose = () => import('jose');

/** Secrets newest first: sealed with the first, opened with each, so that a new one logs nobody out. */
export function createSealer(secrets: readonly string[], nowMs: () => number): Sealer {
  const keysOf = (purpose: Purpose) =>
    secrets.map((secret) => new Uint8Array(hkdfSync('sha256', secret, '', `curfew ${purpose}`, 32)));
  const keys = { 'log-in': keysOf('log-in'), session: keysOf('session') };
  return {
    async seal(purpose, content, seconds) {
      const { EncryptJWT } = await jose();
      const [key] = keys[purpose];
      if (!key) throw new Error('there is no key to seal with');
      const atMs = nowMs();
      return new EncryptJWT(content)
        .setProtectedHeader(algorithm)
        .setIssuedAt(new Date(atMs))
        .setExpirationTime(new Date(atMs + seconds * 1000))
        .encrypt(key);
    },
    async open(purpose, text) {
      if (text.length > lengthMax) return undefined;
      const { jwtDecrypt } = await jose();
      for (const key of keys[purpose]) {
        const opened = await jwtDecrypt(text, key, {
          keyManagementAlgorithms: [algorithm.alg],
          contentEncryptionAlgorithms: [algorithm.enc],
          requiredClaims: ['exp', 'iat'],
          currentDate: new Date(nowMs()),
        }).catch(() => undefined);
        if (opened) return opened.payload;
      }
      return undefined;
    },
  };
}
