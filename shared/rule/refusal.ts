/** Why something was not accepted: a code for machines, a sentence for people, a JSON Pointer to the field. */
export type Refusal = {
  readonly code: string;
  readonly message: string;
  readonly path: string;
  /** The sentence in Chinese, where it says more than the code does: bilingual.ts has the others. */
  readonly messageZh?: string | undefined;
};

export const refusal = (code: string, message: string, path = ''): Refusal => ({ code, message, path });

/** JSON Pointer (RFC 6901) of a path of keys and indexes; the whole document is ''. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
