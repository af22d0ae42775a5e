/** Time that only measures: never to be compared with the ledger's. */
export interface Stopwatch {
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}

export interface Ids {
  /** 26 lower-case characters, sortable by the instant given. */
  ulid(nowMs: number): string;
  /** 128 random bits in hexadecimal. */
  nonce(): string;
}

export interface Log {
  event(level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>): void;
}
