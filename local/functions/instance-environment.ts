import type { FunctionSpec, Region } from './function-spec.ts';

/** What a function may see of the machine it runs on; everything else would work here and fail there. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** These change how Node.js itself behaves, which the platform's runtime would not do. */
const NEVER = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

/** The environment of one instance: a clean one, the platform's variables, then the function's own. */
export function instanceEnvironment(spec: FunctionSpec, at: Region): Record<string, string> {
  const env: Record<string, string> = { TZ: 'UTC' };
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }

  env.FC_FUNCTION_NAME = spec.name;
  env.FC_FUNCTION_HANDLER = 'index.handler';
  env.FC_FUNCTION_MEMORY_SIZE = String(spec.memoryMb);
  env.FC_REGION = at.region;
  env.FC_ACCOUNT_ID = at.accountId;
  env.ALIBABA_CLOUD_ACCESS_KEY_ID = at.credentials.accessKeyId;
  env.ALIBABA_CLOUD_ACCESS_KEY_SECRET = at.credentials.accessKeySecret;
  if (at.credentials.securityToken) env.ALIBABA_CLOUD_SECURITY_TOKEN = at.credentials.securityToken;

  Object.assign(env, spec.env);
  for (const name of NEVER) delete env[name];
  return env;
}
