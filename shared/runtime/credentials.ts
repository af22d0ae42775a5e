import { AppError } from './app-error.ts';
import { hideFromLog } from './secret.ts';

/** An access key, mostly a temporary one. `securityToken` is absent for a permanent key. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
};

type Given = { readonly [name in keyof Credentials]?: string | undefined };

/**
 * The role's credentials that came with this invocation, else those of the environment. A function without a role
 * gets an empty object from the platform, not none.
 */
export function readCredentials(
  context: { readonly credentials?: Given | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Credentials {
  const given = context.credentials;
  const found = given?.accessKeyId && given.accessKeySecret ? given : fromEnvironment(env);
  const { accessKeyId, accessKeySecret, securityToken } = found;
  if (!accessKeyId || !accessKeySecret) {
    throw new AppError(
      'NO_CREDENTIALS',
      'no credentials: give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and …_SECRET',
    );
  }
  // A client's error may carry them.
  hideFromLog(accessKeySecret);
  if (securityToken) hideFromLog(securityToken);
  return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) };
}

const fromEnvironment = (env: Readonly<Record<string, string | undefined>>): Given => ({
  accessKeyId: env.ALIBABA_CLOUD_ACCESS_KEY_ID,
  accessKeySecret: env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  securityToken: env.ALIBABA_CLOUD_SECURITY_TOKEN,
});
