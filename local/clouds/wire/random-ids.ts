const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const HEX = '0123456789ABCDEF';

/** Lower-case letters and digits, as in the vendor's resource ids. */
export function randomName(random: () => number, length: number): string {
  return Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('');
}

/** A request id: an upper-case UUID, as the vendor writes it. */
export function randomRequestId(random: () => number): string {
  let hex = '';
  while (hex.length < 32) hex += HEX[Math.floor(random() * 16)];
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
