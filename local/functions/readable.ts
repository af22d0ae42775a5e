/** Enough for every wake and every message; a sync event may have 32 MB. */
const TEXT_MAX = 8192;

/** A body as the log of calls keeps it: text, cut when it is long. */
export function readable(body: Buffer): string {
  const text = body.subarray(0, TEXT_MAX).toString('utf8');
  return body.length > TEXT_MAX ? `${text}…` : text;
}
