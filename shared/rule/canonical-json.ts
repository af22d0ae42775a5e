import canonicalize from 'canonicalize';

// The package's types describe an ES module, while it is a CommonJS one: the function is the module itself.
const serialize = canonicalize as unknown as (value: unknown) => string | undefined;

/** Canonical JSON (RFC 8785): the same value always gives the same text. */
export const canonicalJson = (value: unknown): string => serialize(value) ?? 'null';
