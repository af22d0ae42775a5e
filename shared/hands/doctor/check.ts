import { AppError } from '../../runtime/app-error.ts';

/**
 * What one look came to. `failed` needs somebody now; `warning` works and could be better; `unknown` cannot be seen
 * from here.
 */
export type Check = {
  readonly name: string;
  readonly verdict: 'ok' | 'warning' | 'failed' | 'unknown';
  readonly found: string;
  /** What to do; absent where all is well. */
  readonly advice?: string;
};

/** A look that fails is a finding of its own, and keeps no other from being made. */
export async function attempt(
  name: string,
  advice: string,
  look: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (error) {
    const found = error instanceof AppError ? `${error.code}: ${error.message}` : 'it could not be looked at';
    return [{ name, verdict: 'failed', found, advice }];
  }
}
