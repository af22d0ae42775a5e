/** One call as it came and what it was told. A null status: the answer was withheld. */
export type LoggedCall = {
  readonly at: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  status: number | null;
  answer: unknown;
};

const CALLS_KEPT = 20_000;

/** The calls that a cloud received, oldest first. Only the newest are kept, so memory stays bounded. */
export class CallLog {
  #calls: LoggedCall[] = [];

  /** Enters a call when it arrives; the caller fills in status and answer once they are sent. */
  open(call: Pick<LoggedCall, 'at' | 'action' | 'parameters'>): LoggedCall {
    const entry: LoggedCall = { ...call, status: null, answer: null };
    this.#calls.push(entry);
    // Cutting in slabs keeps the cost of each call constant.
    if (this.#calls.length >= CALLS_KEPT * 2) {
      this.#calls = this.#calls.slice(-CALLS_KEPT);
    }
    return entry;
  }

  list(): readonly LoggedCall[] {
    return this.#calls.slice(-CALLS_KEPT);
  }

  clear(): void {
    this.#calls = [];
  }
}
