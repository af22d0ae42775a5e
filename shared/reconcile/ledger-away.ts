const awayCodes: readonly unknown[] = ['LEDGER_UNAVAILABLE', 'LEDGER_COMMIT_UNKNOWN', 'LEDGER_FAILED'];

/**
 * Nothing can be decided by the ledger now: it is away, it broke off, or it refuses (its tables may be gone). Not so
 * when it is merely busy: then it is there, and what it says counts.
 */
export const isLedgerAway = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && awayCodes.includes(error.code);

/** Then it is the fault of nothing that was asked of it; an unknown commit is found as it is by whoever comes next. */
export const isLedgerGone = (error: unknown): boolean => isLedgerAway(error) && error.code !== 'LEDGER_FAILED';
