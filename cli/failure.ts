/** Exit statuses (contract section 6). */
export const exitStatus = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const;

/** Why a command was not done: ends the process with its status, and prints its sentence. */
export class Failure extends Error {
  readonly status: number;
  readonly code: string;
  /** Where in the request, as a JSON Pointer. */
  readonly path: string | undefined;
  /** What was found nevertheless, for the machine's output. */
  readonly found: Readonly<Record<string, unknown>>;

  constructor(
    kind: Exclude<keyof typeof exitStatus, 'done'>,
    code: string,
    message: string,
    more: { readonly path?: string | undefined; readonly found?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = 'Failure';
    this.status = exitStatus[kind];
    this.code = code;
    this.path = more.path;
    this.found = more.found ?? {};
  }
}
