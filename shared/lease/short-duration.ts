const short = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/i;
const iso = /^P(?=[\dT])(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;

/** `1h30m` or `PT1H30M` as ISO 8601; undefined for what is neither. How long it may be is judged elsewhere. */
export function durationOf(text: string): string | undefined {
  if (iso.test(text)) return text;
  const parts = text === '' ? null : short.exec(text);
  if (!parts) return undefined;
  const [, days, hours, minutes, seconds] = parts;
  const time = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`].filter(Boolean).join('');
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}
