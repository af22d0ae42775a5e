/** Where the next piece of an answer is, as its `Link` header says (RFC 8288); undefined on the last. */
export const nextLink = (header: string | null): string | undefined => /<([^<>]*)>; rel="next"/.exec(header ?? '')?.[1];
