export type CloudCredentials = {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
};

/** Asked before every call: a warm instance outlives its credentials. */
export type CredentialSource = () => CloudCredentials | Promise<CloudCredentials>;

type Given = {
  readonly accessKeyId?: string | undefined;
  readonly accessKeySecret?: string | undefined;
  readonly securityToken?: string | undefined;
};

/**
 * The credentials of the present invocation (its function's role, renewed with every invocation), else those of the
 * environment, else whatever the vendor's default chain finds. The invocation comes first because the platform's
 * own environment variables are as old as the instance.
 */
export function credentialSource(from: {
  readonly invocation: () => Given | undefined;
  readonly environment: Given;
}): CredentialSource {
  let chain: CredentialSource | undefined;
  return async () => {
    const found = complete(from.invocation()) ?? complete(from.environment);
    if (found) return found;
    chain ??= await defaultChain();
    return chain();
  };
}

/** Empty texts count as absent: the platform hands them to functions without a role. */
function complete(given: Given | undefined): CloudCredentials | undefined {
  const { accessKeyId, accessKeySecret, securityToken } = given ?? {};
  if (!accessKeyId || !accessKeySecret) return undefined;
  return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) };
}

/** Loaded when first needed: deployed functions never do. The provider itself renews what expires. */
async function defaultChain(): Promise<CredentialSource> {
  const { DefaultCredentialsProvider } = await import('@alicloud/credentials');
  const provider = DefaultCredentialsProvider.builder().build();
  return async () => {
    const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredentials();
    return { accessKeyId, accessKeySecret, ...(securityToken ? { securityToken } : {}) };
  };
}
