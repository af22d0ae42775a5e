import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/runtime/app-error.ts';
import { readSettings } from '../../../shared/runtime/settings.ts';

const deployed = {
  DATABASE_URL: 'postgres://curfew:open-sesame@db.example:5432/curfew',
  CURFEW_OIDC_ISSUER: 'https://login.example.com/tenant',
  CURFEW_OIDC_CLIENT_ID: 'curfew',
  CURFEW_OIDC_CLIENT_SECRET: 'kms:curfew-log-in-secret',
  CURFEW_CONSOLE_URL: 'https://curfew.example.com/',
  CURFEW_SESSION_KEYS: 'kms:curfew-session-keys',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof AppError) return error.details.problems as string[];
  }
  return [];
}

describe('the settings of a log-in', () => {
  it('say what is usual where nothing is said', () => {
    expect(readSettings(deployed).logIn).toEqual({
      issuer: 'https://login.example.com/tenant',
      clientId: 'curfew',
      clientSecret: [{ kind: 'kms', name: 'curfew-log-in-secret' }],
      consoleUrl: 'https://curfew.example.com',
      sessionKeys: [{ kind: 'kms', name: 'curfew-session-keys' }],
      scopes: 'openid profile email',
      personClaim: 'email',
      groupsClaim: 'groups',
    });
  });

  it('are none where no provider is named', () => {
    const { CURFEW_OIDC_ISSUER: _, ...rest } = deployed;

    expect(readSettings(rest).logIn).toBeUndefined();
  });

  it.each([
    ['CURFEW_OIDC_CLIENT_ID', undefined, /CURFEW_OIDC_CLIENT_ID is missing/],
    ['CURFEW_CONSOLE_URL', undefined, /CURFEW_CONSOLE_URL is missing/],
    ['CURFEW_SESSION_KEYS', undefined, /CURFEW_SESSION_KEYS is missing/],
    ['CURFEW_SESSION_KEYS', 'short', /CURFEW_SESSION_KEYS holds a key of less than 16/],
    ['CURFEW_CONSOLE_URL', 'http://curfew.example.com', /CURFEW_CONSOLE_URL must be https/],
    ['CURFEW_OIDC_ISSUER', 'http://login.example.com', /CURFEW_OIDC_ISSUER must be https/],
    ['CURFEW_CONSOLE_URL', 'https://curfew.example.com/path', /CURFEW_CONSOLE_URL is not an address/],
    ['CURFEW_OIDC_SCOPES', 'profile', /CURFEW_OIDC_SCOPES is not a list of scopes/],
  ])('refuse %s = %s on a deployed console', (name, value, problem) => {
    const { [name as 'CURFEW_OIDC_ISSUER']: _, ...rest } = deployed;

    const problems = problemsOf(value === undefined ? rest : { ...rest, [name]: value });

    expect(problems.join('; ')).toMatch(problem);
  });
});
