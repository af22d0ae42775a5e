/** The policy engine: 4 MB of WebAssembly. */
export type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

/** Loaded by the first decision of an instance, never at its start, and never on the way to an ending. */
export const loadCedar = (): Promise<Cedar> => import('@cedar-policy/cedar-wasm/nodejs');
