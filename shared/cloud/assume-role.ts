import * as z from 'zod/mini';
import { AppError } from '../runtime/app-error.ts';
import { hideFromLog } from '../runtime/secret.ts';
import type { CloudCredentials, CredentialSource } from './credentials.ts';
import { openApiCaller } from './open-api-caller.ts';
import { outcomeOfError } from './outcome.ts';

export type AssumeRoleOptions = {
  readonly roleArn: string;
  /** The account that must come of it: another one's rules are never to be touched by mistake. */
  readonly accountId: string;
  /** What the role's trust asks for, so that nobody else can make us take it. */
  readonly externalId?: string | undefined;
  /** Who assumes the role. */
  readonly credentials: CredentialSource;
  /** Such as `http://127.0.0.1:8707` or `sts-vpc.cn-hangzhou.aliyuncs.com`; without a scheme it is https. */
  readonly endpoint: string;
  /** The wall clock: the service says as an instant when credentials end. */
  readonly nowMs: () => number;
  readonly timeoutMs?: number | undefined;
};

const durationSeconds = 3_600;
/** Credentials are renewed so long before their end: a call under way must not outlive them. */
const renewEarlyMs = 5 * 60_000;
const timeoutMsDefault = 6_000;
const sessionName = 'curfew';

const answerSchema = z.object({
  AssumedRoleUser: z.object({ Arn: z.string() }),
  Credentials: z.object({
    AccessKeyId: z.string().check(z.minLength(1)),
    AccessKeySecret: z.string().check(z.minLength(1)),
    SecurityToken: z.string().check(z.minLength(1)),
    Expiration: z.string(),
  }),
});

type Kept = { readonly credentials: CloudCredentials; readonly endsAtMs: number };

/**
 * The temporary credentials of a role in another account, kept until shortly before their end. Callers that come
 * while they are fetched share one call. Throws ROLE_NOT_ASSUMED, worth another try, or WRONG_ACCOUNT.
 */
export function assumedRole(options: AssumeRoleOptions): CredentialSource {
  let kept: Kept | undefined;
  let fetching: Promise<Kept> | undefined;

  async function fetchOnce(): Promise<Kept> {
    fetching ??= assume(options).finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  return async () => {
    if (kept && options.nowMs() < kept.endsAtMs - renewEarlyMs) return kept.credentials;
    try {
      kept = await fetchOnce();
    } catch (error) {
      // What is still valid is used while the service is away: rules must go on time.
      if (!kept || options.nowMs() >= kept.endsAtMs || isWrongAccount(error)) throw error;
    }
    return kept.credentials;
  };
}

async function assume(options: AssumeRoleOptions): Promise<Kept> {
  const { roleArn, accountId, externalId, credentials, endpoint, timeoutMs = timeoutMsDefault } = options;
  const call = openApiCaller({ endpoint, credentials, timeoutMs });
  const result = await call({
    action: 'AssumeRole',
    version: '2015-04-01',
    style: 'RPC',
    pathname: '/',
    bodyType: 'formData',
    query: {
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: String(durationSeconds),
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
  });
  if (result.kind !== 'answered') {
    const failed = result.kind === 'thrown' ? outcomeOfError(result.error, 'describe') : result;
    throw notAssumed(roleArn, `${failed.code} ${failed.message}`);
  }
  const read = answerSchema.safeParse(result.body);
  if (!read.success) throw notAssumed(roleArn, 'the answer bears no credentials');
  return keep(read.data, roleArn, accountId);
}

function keep({ AssumedRoleUser: user, Credentials: issued }: z.infer<typeof answerSchema>, arn: string, id: string) {
  const endsAtMs = Date.parse(issued.Expiration);
  if (Number.isNaN(endsAtMs)) throw notAssumed(arn, 'the answer does not say when its credentials end');
  const came = /^acs:ram::(\d+):/.exec(user.Arn)?.[1];
  if (came !== id) {
    const sentence = `assuming ${arn} led to account ${came ?? 'unknown'}, and accounts.yaml says ${id}: nothing is done there`;
    throw new AppError('WRONG_ACCOUNT', sentence);
  }
  hideFromLog(issued.AccessKeySecret);
  hideFromLog(issued.SecurityToken);
  const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken } = issued;
  return { credentials: { accessKeyId, accessKeySecret, securityToken }, endsAtMs };
}

const isWrongAccount = (error: unknown): boolean => error instanceof AppError && error.code === 'WRONG_ACCOUNT';

const notAssumed = (roleArn: string, why: string): AppError =>
  new AppError('ROLE_NOT_ASSUMED', `the role ${roleArn} could not be assumed: ${why}`, { retryable: true });
