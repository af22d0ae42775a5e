import { AppError } from '../runtime/app-error.ts';
import type { Platform } from '../runtime/platform.ts';
import { type ApiToken, tokensOf } from '../runtime/settings.ts';

/** The API tokens of CURFEW_API_TOKENS, wherever they are kept. */
export async function apiTokens({ settings, secrets }: Platform): Promise<readonly ApiToken[]> {
  const read = await secrets.read(settings.apiTokens);
  const tokens = tokensOf(read.map((one) => one.reveal()).join(','));
  if (tokens === undefined) {
    throw new AppError('INVALID_SETTINGS', 'CURFEW_API_TOKENS is not a list of name:token, separated by commas');
  }
  return tokens;
}
