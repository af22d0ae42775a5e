/** The name of the timer that nobody configures: our own request for a run that fetches forms, and polls nobody. */
export const fetchTrigger = 'fetch';

/** As a timer's event is, so that such a run is nothing but one more of the timer's. */
export const fetchEvent = JSON.stringify({ triggerTime: '', triggerName: fetchTrigger, payload: '' });
