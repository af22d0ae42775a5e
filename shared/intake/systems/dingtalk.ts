import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { HookSource } from '../../config/sources-config.ts';
import { readStrictJsonValue } from '../../runtime/strict-json.ts';
import { own } from '../own.ts';
import { strictBase64 } from '../signing-keys.ts';
import type { NotProved } from '../standard-webhooks.ts';
import type { HookRequest, System } from '../system.ts';

type Dingtalk = Extract<HookSource, { kind: 'dingtalk' }>;

/** Padded to blocks of 32 bytes, though the cipher's have 16. */
const blockBytes = 32;

/**
 * DingTalk. What is signed is the encrypted event, its time and a nonce; who may be meant by it stands inside the
 * encryption and is checked too. Within 1.5 s it wants to hear `success`, encrypted likewise, whatever we make of it.
 */
export const dingtalk: System<Dingtalk> = {
  async prove(source, request, secrets, nowMs) {
    const signed = signedParts(request);
    if (typeof signed === 'string') return signed;
    const [tokens, aesKeys] = await Promise.all([secrets(source.tokens), secrets(source.aesKeys)]);
    if (Math.abs(nowMs - Number(signed.timestamp)) > source.freshSeconds * 1000) return 'STALE_TIMESTAMP';
    const token = tokens.filter((one) => isSignedWith(one, signed))[0];
    if (token === undefined) return 'BAD_SIGNATURE';
    const opened = aesKeys.flatMap((key) => open(signed.encrypt, key) ?? [])[0];
    if (!opened || !source.owners.includes(opened.owner)) return 'BAD_SIGNATURE';
    return {
      text: opened.text,
      deliveryId: undefined,
      answer: () => ({ status: 200, body: success(opened, token, signed, nowMs) }),
    };
  },

  greet(event) {
    const type = own(event, 'EventType');
    const isCheck = typeof type === 'string' && /^check_(?:create_|update_)?(?:suite_)?url$/.test(type);
    return isCheck ? { reason: `${type}: the address works` } : undefined;
  },

  instanceOf(event) {
    const id = own(event, 'processInstanceId');
    return typeof id === 'string' && id !== '' ? id : undefined;
  },

  people: (_event, instance) => ({
    originator: own(instance, 'originatorUserId') ?? own(instance, 'originatorUserid'),
    records: own(instance, 'operationRecords'),
  }),

  defaults: {
    id: 'processInstanceId',
    requester: 'originator',
    by: "records[?result == 'AGREE' || result == 'REFUSE'] | [-1].userId",
  },
  idForm: '[A-Za-z0-9_-]{8,100}',
};

type Signed = { timestamp: string; nonce: string; encrypt: string; signature: string };

/** The body is JSON round what is signed; it is read strictly, and nothing but that one text is taken from it. */
function signedParts({ query, rawBody }: HookRequest): Signed | NotProved {
  const { timestamp, nonce } = query;
  const signature = query.msg_signature ?? query.signature;
  const read = readStrictJsonValue(rawBody.toString('utf8'));
  const encrypt = 'code' in read ? undefined : own(read.value, 'encrypt');
  if (!timestamp || !nonce || !signature || typeof encrypt !== 'string') return 'MISSING_HEADER';
  // The parts are joined without a mark between them: only one form of each keeps them apart.
  const areWellFormed =
    /^[0-9]{13}$/.test(timestamp) && /^[A-Za-z0-9_-]{1,64}$/.test(nonce) && /^[0-9a-f]{40}$/.test(signature);
  return areWellFormed ? { timestamp, nonce, encrypt, signature } : 'INVALID_HEADER';
}

const signatureOf = (token: string, { timestamp, nonce, encrypt }: Omit<Signed, 'signature'>): Buffer =>
  createHash('sha1').update([token, timestamp, nonce, encrypt].sort().join('')).digest();

const isSignedWith = (token: string, signed: Signed): boolean =>
  timingSafeEqual(signatureOf(token, signed), Buffer.from(signed.signature, 'hex'));

/** An opened event, and the key that opened it: the answer is locked with the same. */
type Opened = { readonly text: string; readonly owner: string; readonly key: Buffer };

/** 16 random bytes, the text's length in four, the text, and whom it is for; undefined where the key does not fit. */
function open(encrypt: string, aesKey: string): Opened | undefined {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const bytes = strictBase64(encrypt);
  if (key.length !== 32 || !bytes || bytes.length % 16 !== 0) return undefined;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const plain = unpadded(Buffer.concat([decipher.update(bytes), decipher.final()]));
  if (!plain || plain.length < 20) return undefined;
  const end = 20 + plain.readUInt32BE(16);
  if (end > plain.length) return undefined;
  return { text: plain.subarray(20, end).toString('utf8'), owner: plain.subarray(end).toString('utf8'), key };
}

function unpadded(bytes: Buffer): Buffer | undefined {
  const count = bytes.at(-1) ?? 0;
  if (count < 1 || count > blockBytes || count > bytes.length) return undefined;
  const isPadding = bytes.subarray(bytes.length - count).every((one) => one === count);
  return isPadding ? bytes.subarray(0, bytes.length - count) : undefined;
}

/** What should be random is a code over the event: nobody without the key could tell, and a repetition hears the same. */
function success({ owner, key }: Opened, token: string, signed: Signed, nowMs: number): object {
  const random = createHmac('sha256', key).update(signed.encrypt).digest();
  const text = Buffer.from('success');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random.subarray(0, 16), length, text, Buffer.from(owner)]);
  const count = blockBytes - (plain.length % blockBytes);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(count, count)]);
  const encrypt = Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
  const timestamp = String(nowMs);
  const nonce = random.subarray(16, 24).toString('hex');
  const signature = signatureOf(token, { timestamp, nonce, encrypt }).toString('hex');
  return { msg_signature: signature, timeStamp: timestamp, nonce, encrypt };
}
