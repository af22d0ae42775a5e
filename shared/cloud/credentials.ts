export type CloudCredentials = {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
};

/** Asked before every call: a warm instance outlives its credentials. */
export type CredentialSource = () => CloudCredentials | Promise<CloudCredentials>;

/**
 * The given credentials (of the invocation, else of the environment), else whatever the vendor's default chain finds:
 * a profile on somebody's machine, the role of an instance. Deployed functions have a role and never come to that.
 */
export function orDefaultChain(given: CredentialSource): CredentialSource {
  let chain: CredentialSource | undefined;
  return async () => {
    try {
      return await given();
    } catch (error) {
      if (!isNone(error)) throw error;
      chain ??= await defaultChain(error);
      return chain();
    }
  };
}

const isNone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'NO_CREDENTIALS';

/** Loaded when first needed. The provider itself renews what expires. */
async function defaultChain(none: unknown): Promise<CredentialSource> {
  const { DefaultCredentialsProvider } = await import('@alicloud/credentials');
  const provider = DefaultCredentialsProvider.builder().build();
  return async () => {
    // What the chain says when it finds nothing is about its own steps: the first sentence tells what to do.
    const found = await provider.getCredentials().catch(() => undefined);
    if (!found?.accessKeyId || !found.accessKeySecret) throw none;
    const { accessKeyId, accessKeySecret, securityToken } = found;
    return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) };
  };
}
