/** The bytes as text, without a byte order mark; undefined when they are not UTF-8. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const base64 = /^[A-Za-z0-9+/_\s-]+={0,2}\s*$/;
/** What JSON can begin with and base64 cannot. */
const jsonStart = /^\s*[[{"]/;

/**
 * The text itself, or what it says in base64: queues and their libraries encode bodies, some do, some do not, and
 * nothing in the envelope tells which.
 */
export function plainText(text: string): string {
  if (jsonStart.test(text) || !base64.test(text)) return text;
  const decoded = textOfBytes(Buffer.from(text, 'base64'));
  return decoded !== undefined && jsonStart.test(decoded) ? decoded : text;
}
