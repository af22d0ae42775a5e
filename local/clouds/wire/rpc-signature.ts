import { createHmac } from 'node:crypto';
import { Refusal } from './answer.ts';
import type { Proof } from './proof.ts';
import { canonicalPairs, encodeRfc3986, formFields, type WireRequest } from './wire-request.ts';

const HASHES = new Map([
  ['HMAC-SHA1', 'sha1'],
  ['HMAC-SHA256', 'sha256'],
]);
const MANDATORY = ['AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureNonce', 'SignatureVersion', 'Timestamp'];

/** Reads the older signature, which travels as parameters (version 1.0, HMAC-SHA1). */
export function readRpcProof(request: WireRequest): Proof {
  const pairs = [...request.query, ...formFields(request)];
  const parameters = new Map(pairs);
  const absent = MANDATORY.filter((name) => !parameters.get(name));
  if (absent.length > 0) {
    throw new Refusal(
      400,
      'IncompleteSignature',
      `The request signature does not conform to Aliyun standards. These parameters are missing: ${absent.join(', ')}.`,
    );
  }
  const hash = HASHES.get(parameters.get('SignatureMethod') ?? '');
  if (!hash || parameters.get('SignatureVersion') !== '1.0') {
    throw new Refusal(
      400,
      'InvalidParameter.SignatureMethod',
      'Specified signature method or version is not supported.',
    );
  }

  const canonical = canonicalPairs(pairs.filter(([name]) => name !== 'Signature'));
  const stringToSign = `${request.method}&${encodeRfc3986('/')}&${encodeRfc3986(canonical)}`;
  return {
    accessKeyId: parameters.get('AccessKeyId') ?? '',
    securityToken: parameters.get('SecurityToken') || undefined,
    timestamp: parameters.get('Timestamp') ?? '',
    nonce: parameters.get('SignatureNonce') ?? '',
    signature: parameters.get('Signature') ?? '',
    stringToSign,
    sign: (secret) => createHmac(hash, `${secret}&`).update(stringToSign).digest('base64'),
  };
}
