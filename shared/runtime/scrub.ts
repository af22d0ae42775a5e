import { Secret, withoutKnownSecrets } from './secret.ts';

const hidden = '[secret]';
/** Longer texts are cut before they are searched: the patterns take time, and a line has no room for them. */
const searchedMax = 16 * 1024;
const textMax = 2048;

/** Keys whose values are never printed, compared without case and punctuation. */
const secretKey =
  /authorization|token|secret|signature|passw|credential|accesskey|apikey|privatekey|cookie|databaseurl/;
/** A client token names a call; it opens nothing, and finding a call by it is what logs are for. */
const harmlessKeys = new Set(['clienttoken', 'clienttokens']);
/** What arrived from outside as a whole: anything may be in it. */
const wholeKeys = new Set(['event', 'body', 'rawbody', 'headers', 'payload']);

/** What secrets look like where nobody said that they are some. Repetitions are bounded, so that no text is slow. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END|$)/g, hidden],
  [/\b(Bearer|Basic)\s{1,3}[^\s"',;]+/gi, `$1 ${hidden}`],
  [/\bFC [^\s:"]{1,128}:[^\s"]{8,}/g, `FC ${hidden}`],
  [/\bwhs(?:ec|k)_[\w+/=-]*/g, hidden],
  [/\bv1a?,[\w+/=-]{20,}/g, hidden],
  [/(?<![\w-])eyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)?/g, hidden],
  [/STS\.[A-Za-z0-9]{4,}/g, hidden],
  [/LTAI[A-Za-z0-9]{4,}/g, hidden],
  [/:\/\/([^\s:@/]{0,128}):[^\s/]{1,512}@/g, `://$1:${hidden}@`],
  // Headers whose values hold blanks.
  [/((?:authorization|cookie)(?:\\{0,8}")?\s{0,3}[=:]\s{0,3}(?:\\{0,8}")?)[^"\\\r\n]+/gi, `$1${hidden}`],
  // name=value and "name": "value", as in addresses of calls and in bodies, however often they are quoted.
  [
    /((?<!client[_-]?)token|secret|password|passwd|signature|credential|access[_-]?key|(?:api|private)[_-]?key)([\w-]{0,20}(?:\\{0,8}"|%22)?\s{0,3}(?:[=:]|%3D)\s{0,3}\[?(?:\\{0,8}"|%22)?)[^\s"\\&,;}\]]+/gi,
    `$1$2${hidden}`,
  ],
];

function isSecretKey(key: string): boolean {
  const plain = key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return !harmlessKeys.has(plain) && (wholeKeys.has(plain) || secretKey.test(plain));
}

/** The text without anything that is or looks like a secret, at most 2 kB of it. */
export function scrubText(text: string, max = textMax): string {
  let clean = withoutKnownSecrets(text.slice(0, searchedMax));
  for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
  return clean.length > max ? `${clean.slice(0, max - 1)}…` : clean;
}

const depthMax = 6;
const entriesMax = 100;

/**
 * A value as it may stand in a log line: plain JSON, scrubbed, shallow, short. Own properties only, nothing is
 * called: webhooks bring keys such as `toString`.
 */
export function scrubValue(value: unknown, errorOf: (error: Error) => unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return scrubText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : scrubObject(value, errorOf, depth);
    default:
      return undefined;
  }
}

function scrubObject(value: object, errorOf: (error: Error) => unknown, depth: number): unknown {
  const plain = leafOf(value, errorOf);
  if (plain !== undefined) return plain;
  if (depth >= depthMax) return '[deep]';
  if (Array.isArray(value)) {
    return value.slice(0, entriesMax).map((one) => scrubValue(one, errorOf, depth + 1) ?? null);
  }
  const clean: [string, unknown][] = [];
  for (const [key, one] of Object.entries(value).slice(0, entriesMax)) {
    if (one === undefined) continue;
    clean.push([scrubText(key, 128), isSecretKey(key) && one !== null ? hidden : scrubValue(one, errorOf, depth + 1)]);
  }
  return Object.fromEntries(clean);
}

function leafOf(value: object, errorOf: (error: Error) => unknown): unknown {
  if (value instanceof Secret) return hidden;
  if (value instanceof Error) return errorOf(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`;
  return undefined;
}
