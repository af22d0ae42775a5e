import type { ApsaraOptions } from '../cloud/apsara/apsara-caller.ts';
import { createApsaraRuleApi } from '../cloud/apsara/apsara-rule-api.ts';
import { apsaraSettings } from '../cloud/apsara/settings.ts';
import type { CredentialSource } from '../cloud/credentials.ts';
import type { CloudPlace } from '../config/account-clouds.ts';
import type { ApsaraSection } from '../config/apsara-section.ts';
import type { RuleApi } from '../reconcile/cloud-port.ts';
import { AppError } from '../runtime/app-error.ts';
import { parseSecretReference } from '../runtime/secret-reference.ts';
import type { SecretReader } from '../runtime/secrets.ts';

type Asked = {
  readonly regionId: string;
  readonly place: Extract<CloudPlace, { cloud: 'apsara' }>;
  /** Of the account, for a stack without an access key of its own. */
  readonly credentials: CredentialSource;
  readonly secrets: SecretReader;
  /** On somebody's own machine the stack is an emulated one, which lags no more than told. */
  readonly isLocal: boolean;
};

const localReadLagMs = 5_000;

/** The adapter for one stack. Its secrets are read when they are needed: a stack's trouble is no other cloud's. */
export function apsaraAdapter({ regionId, place, credentials, secrets, isLocal }: Asked): RuleApi {
  const { section, baseUrl } = place;
  const { accessKey, extraHeaders = {}, ...way } = section ?? (isLocal ? { readLagMs: localReadLagMs } : {});
  const read = apsaraSettings.safeParse({ ...way, baseUrl });
  if (!read.success) {
    const why = read.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
    throw new AppError('INVALID_SETTINGS', `the Apsara Stack at ${new URL(baseUrl).host} cannot be reached so: ${why}`);
  }
  const options: ApsaraOptions = {
    regionId,
    settings: read.data,
    credentials: accessKey === undefined ? credentials : ownKey(accessKey, secrets),
    headers: async () => {
      const values = Object.entries(extraHeaders).map(async ([name, text]) => [name, await textOf(text, secrets)]);
      return Object.fromEntries(await Promise.all(values)) as Record<string, string>;
    },
  };
  return createApsaraRuleApi(options);
}

function ownKey({ id, secret }: NonNullable<ApsaraSection['accessKey']>, secrets: SecretReader): CredentialSource {
  return async () => ({
    accessKeyId: await textOf(id, secrets),
    accessKeySecret: await textOf(secret, secrets),
  });
}

/** A text that is no reference stands for itself: making a secret of it would strike innocent words from the log. */
async function textOf(text: string, secrets: SecretReader): Promise<string> {
  if (!/^(?:env|kms):/.test(text)) return text;
  const [newest] = await secrets.read([parseSecretReference(text)]);
  return newest?.reveal() ?? '';
}
