import { timingSafeEqual } from 'node:crypto';
import { readAcs3Proof } from './acs3-signature.ts';
import { Refusal } from './answer.ts';
import type { CredentialRegistry } from './credentials.ts';
import type { Proof } from './proof.ts';
import { readRpcProof } from './rpc-signature.ts';
import type { WireRequest } from './wire-request.ts';

/** Finds the signature of a request, in whichever form it bears one. */
export type ProofReader = (request: WireRequest) => Proof;

/** What the gateway of the public cloud takes: the header signature of today, or the older one in parameters. */
export const readGatewayProof: ProofReader = (request) =>
  request.headers.authorization === undefined ? readRpcProof(request) : readAcs3Proof(request);

const CLOCK_SKEW_MS = 15 * 60_000;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Proves who sent a request, as the vendor's gateway does, and remembers used nonces. */
export class Authenticator {
  readonly #credentials: CredentialRegistry;
  readonly #readProof: ProofReader;
  readonly #expiryOfNonce = new Map<string, number>();

  constructor(credentials: CredentialRegistry, readProof = readGatewayProof) {
    this.#credentials = credentials;
    this.#readProof = readProof;
  }

  /** Answers the caller's account. Throws a Refusal with the gateway's code if anything is wrong. */
  accountOf(request: WireRequest, nowMs: number): string {
    const proof = this.#readProof(request);
    const identity = this.#credentials.identify(proof.accessKeyId, proof.securityToken, nowMs);
    checkTime(proof.timestamp, nowMs);
    checkSignature(proof, identity.accessKeySecret);
    this.#useNonce(`${proof.accessKeyId} ${proof.nonce}`, nowMs);
    return identity.accountId;
  }

  /** Only a nonce under a right signature counts, so nobody can burn another caller's nonces. */
  #useNonce(nonce: string, nowMs: number): void {
    for (const [known, expiresAtMs] of this.#expiryOfNonce) {
      if (expiresAtMs > nowMs) {
        break;
      }
      this.#expiryOfNonce.delete(known);
    }
    if (this.#expiryOfNonce.has(nonce)) {
      throw new Refusal(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
    }
    this.#expiryOfNonce.set(nonce, nowMs + 2 * CLOCK_SKEW_MS);
  }
}

function checkTime(timestamp: string, nowMs: number): void {
  const sentAtMs = TIMESTAMP.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(sentAtMs)) {
    throw new Refusal(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  }
  if (Math.abs(nowMs - sentAtMs) > CLOCK_SKEW_MS) {
    throw new Refusal(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
}

function checkSignature(proof: Proof, secret: string): void {
  const expected = Buffer.from(proof.sign(secret));
  const given = Buffer.from(proof.signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Refusal(
      400,
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${proof.stringToSign}`,
    );
  }
}
