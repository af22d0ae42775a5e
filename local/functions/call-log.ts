/** One invocation as the outside saw it; served by `GET /_emulator/calls`, oldest first. */
export type Call = {
  readonly at: string;
  readonly action: 'InvokeFunction';
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly status: number | null;
  readonly answer: unknown;
};

/** Timers alone make thousands of calls a day; the oldest are forgotten. */
const CALLS_MAX = 10_000;

/** Enough for every wake and every message; a sync event may have 32 MB. */
const TEXT_MAX = 8192;

export class CallLog {
  #calls: Call[] = [];

  get calls(): readonly Call[] {
    return this.#calls;
  }

  add(call: Call): void {
    this.#calls.push(call);
    if (this.#calls.length > CALLS_MAX) this.#calls.splice(0, CALLS_MAX / 10);
  }

  clear(): void {
    this.#calls = [];
  }
}

/** A body as a reader of the log wants it: JSON as JSON, other text cut short. */
export function readable(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (text.length > TEXT_MAX) return `${text.slice(0, TEXT_MAX)}…`;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
