const prefix = 'fetch ';

/**
 * Our own request for a run that fetches the forms of one source, and polls nobody. It is as a timer's event, of a
 * timer that nobody can configure, so that such a run is nothing but one more of the timer's.
 */
export const fetchEvent = (source: string): string =>
  JSON.stringify({ triggerTime: '', triggerName: `${prefix}${source}`, payload: '' });

/** The source that a run is for; undefined of the timer's own, which is for all. */
export const fetchedSource = (triggerName: string): string | undefined =>
  triggerName.startsWith(prefix) ? triggerName.slice(prefix.length) : undefined;
