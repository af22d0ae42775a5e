/** An id of a request: sent again after a lost answer it is the same request, and nothing is done twice. */
export const newRequestId = (): string => `web-${crypto.randomUUID()}`;
