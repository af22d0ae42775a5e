/** What a signed request shows of its sender, whichever of the two signatures it bears. */
export type Proof = {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  /** Told back on a mismatch, so that a caller can find the difference. */
  readonly stringToSign: string;
  sign(accessKeySecret: string): string;
};
