import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { Refusal } from './answer.ts';

/** The one permanent access key of the emulated clouds. It is published and opens nothing real. */
export const LOCAL_ACCOUNT_ID = '1000000000000001';
const LOCAL_ACCESS_KEY = { id: 'local', secret: 'local-secret' };

export type TemporaryCredentials = {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
};

export type Identity = { readonly accountId: string; readonly accessKeySecret: string };

const sealedToken = z.strictObject({
  accessKeyId: z.string(),
  accountId: z.string(),
  expiresAtMs: z.number(),
});

/**
 * Who may call the emulated clouds, and with which secret.
 *
 * Temporary credentials are sealed, not stored: the token itself says for whom and until when.
 * So every emulated cloud accepts what the emulated STS issued, also after a restart.
 */
export class CredentialRegistry {
  readonly #seal: string;

  constructor(seal = 'curfew-local-seal') {
    this.#seal = seal;
  }

  /** Issues credentials that act for an account until an instant. */
  issue(accessKeyId: string, accountId: string, expiresAtMs: number): TemporaryCredentials {
    const claims = Buffer.from(JSON.stringify({ accessKeyId, accountId, expiresAtMs })).toString('base64url');
    return {
      accessKeyId,
      accessKeySecret: this.#secretOf(accessKeyId),
      securityToken: `${claims}.${this.#mac(claims)}`,
    };
  }

  /** Finds whose key this is, or refuses it with the gateway's codes. */
  identify(accessKeyId: string, securityToken: string | undefined, nowMs: number): Identity {
    if (accessKeyId === LOCAL_ACCESS_KEY.id) {
      if (securityToken) {
        throw mismatchedToken();
      }
      return { accountId: LOCAL_ACCOUNT_ID, accessKeySecret: LOCAL_ACCESS_KEY.secret };
    }
    if (!accessKeyId.startsWith('STS.')) {
      throw new Refusal(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
    if (!securityToken) {
      throw new Refusal(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
    }

    const claims = this.#open(securityToken);
    if (claims.accessKeyId !== accessKeyId) {
      throw mismatchedToken();
    }
    if (claims.expiresAtMs <= nowMs) {
      throw new Refusal(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
    }
    return { accountId: claims.accountId, accessKeySecret: this.#secretOf(accessKeyId) };
  }

  #open(token: string): z.infer<typeof sealedToken> {
    const malformed = new Refusal(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
    const [claims = '', mac = ''] = token.split('.');
    const expected = Buffer.from(this.#mac(claims));
    const given = Buffer.from(mac);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw malformed;
    }
    return sealedToken.parse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')));
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#seal).update(text).digest('base64url');
  }

  #secretOf(accessKeyId: string): string {
    return createHmac('sha256', this.#seal).update(`secret of ${accessKeyId}`).digest('base64url');
  }
}

function mismatchedToken(): Refusal {
  return new Refusal(
    400,
    'InvalidSecurityToken.MismatchWithAccessKey',
    'Specified SecurityToken mismatch with the AccessKey.',
  );
}
