import { parse } from 'tinyduration';

/**
 * Milliseconds of an ISO 8601 duration without years and months, whose lengths depend on the calendar;
 * undefined when the text is not one. Whole seconds, at least one.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^P[\dTWDHMS]*[WDHMS]$/.test(text) || text.length > 32) return undefined;
  try {
    const { years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = parse(text);
    if (years !== 0 || months !== 0) return undefined;
    const total = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds;
    return Number.isSafeInteger(total) && total > 0 && total <= 10 * 365 * 86_400 ? total * 1000 : undefined;
  } catch {
    return undefined;
  }
}
