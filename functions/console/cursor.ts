import * as z from 'zod/mini';

const placeSchema = z.tuple([z.int(), z.string().check(z.minLength(1), z.maxLength(64))]);
export type Place = { readonly createdAtMs: number; readonly id: string };

/** Where a page of leases ended. Opaque to callers, so that it may change. */
export const cursorOf = ({ createdAtMs, id }: Place): string =>
  Buffer.from(JSON.stringify([createdAtMs, id])).toString('base64url');

/** Undefined for a text that is none. */
export function readCursor(text: string): Place | undefined {
  try {
    const [createdAtMs, id] = placeSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { createdAtMs, id };
  } catch {
    return undefined;
  }
}
