import { assumedRole } from '../cloud/assume-role.ts';
import { type CredentialSource, orDefaultChain } from '../cloud/credentials.ts';
import type { Account } from '../config/accounts-config.ts';
import { AppError } from '../runtime/app-error.ts';
import type { Platform } from '../runtime/platform.ts';

type Needed = Pick<Platform, 'settings' | 'clock' | 'credentials' | 'accountId' | 'region' | 'functionName'>;

/** Who calls in each account: the function itself, or the role that it assumes there. One source an account. */
export function accountCredentials(platform: Needed): (name: string, account: Account) => CredentialSource {
  const kept = new Map<string, CredentialSource>();
  return (name, account) => {
    const source = kept.get(name) ?? sourceOf(platform, name, account);
    kept.set(name, source);
    return source;
  };
}

function sourceOf(platform: Needed, name: string, { roleArn, accountId, externalId }: Account): CredentialSource {
  if (roleArn === undefined || accountId === undefined) return own(platform, name, accountId);
  return assumedRole({
    // A role for each function there as here, so that no function can do more than its verb in any account.
    roleArn: roleArn.replaceAll('{function}', platform.functionName),
    accountId,
    externalId,
    credentials: orDefaultChain(platform.credentials),
    endpoint: platform.settings.endpoints.sts ?? stsOf(platform.region),
    nowMs: platform.clock.nowMs,
  });
}

/** Without a role the function works in its own account: under another one's name it would change wrong groups. */
function own({ credentials, accountId: ownId }: Needed, name: string, pinned: string | undefined): CredentialSource {
  const source = orDefaultChain(credentials);
  return () => {
    if (pinned !== undefined && ownId !== '' && pinned !== ownId) {
      const sentence = `account "${name}" is ${pinned} in accounts.yaml and has no roleArn, but this function runs in ${ownId}`;
      throw new AppError('WRONG_ACCOUNT', sentence);
    }
    return source();
  };
}

const stsOf = (region: string): string => (region === '' ? 'sts.aliyuncs.com' : `sts.${region}.aliyuncs.com`);
