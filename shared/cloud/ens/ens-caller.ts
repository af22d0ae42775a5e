import * as z from 'zod/mini';
import type { NotListed } from '../../reconcile/cloud-port.ts';
import type { CredentialSource } from '../credentials.ts';
import type { CallKind } from '../error-classes.ts';
import { type OpenApiCall, openApiCaller } from '../open-api-caller.ts';
import { outcomeOfError } from '../outcome.ts';

export type EnsOptions = {
  /** What targets say as their region. ENS has none, but one group must bear one name only. */
  readonly regionId: string;
  /** Such as `http://127.0.0.1:8702`; default: the service's one endpoint, over https. */
  readonly endpoint?: string | undefined;
  readonly credentials: CredentialSource;
  readonly timeoutMs?: number | undefined;
  /**
   * Default `stamped`; `flat` for a service without CreateSecurityGroupPermissions. Its rules bear no Description, and
   * a loop that knows its own rules by their stamp alone takes them for somebody else's and leaves them open.
   */
  readonly form?: 'stamped' | 'flat' | undefined;
};

type Answered = {
  readonly kind: 'answered';
  readonly body: Readonly<Record<string, unknown>>;
  readonly requestId: string;
};
export type EnsCaller = (
  kind: CallKind,
  action: string,
  parameters: Readonly<Record<string, string>>,
) => Promise<Answered | NotListed>;

const version = '2017-11-10';
const centralEndpoint = 'ens.aliyuncs.com';
/** Longer parameters travel as a form: gateways refuse long URLs. */
const urlBytesMax = 6_000;

const successBody = z.record(z.string(), z.unknown());

/** One-shot calls of Edge Node Service; never throws. An answer without a request id proves nothing. */
export function ensCaller(options: EnsOptions): EnsCaller {
  const { endpoint = centralEndpoint, credentials, timeoutMs } = options;
  const call = openApiCaller({ endpoint, credentials, timeoutMs });
  return async (kind, action, parameters) => {
    const result = await call(requestOf(action, parameters));
    if (result.kind === 'thrown') return outcomeOfError(result.error, kind);
    if (result.kind !== 'answered') return result;
    const read = successBody.safeParse(result.body);
    const body = read.success ? read.data : {};
    const { RequestId: requestId } = body;
    if (typeof requestId === 'string' && requestId !== '') return { kind: 'answered', body, requestId };
    const message = 'the answer bears no request id, so it proves nothing';
    return { kind: 'unknown', code: 'NO_REQUEST_ID', message };
  };
}

function requestOf(action: string, parameters: Readonly<Record<string, string>>): OpenApiCall {
  const isLong = new URLSearchParams(parameters).toString().length > urlBytesMax;
  const where = isLong ? { body: parameters } : { query: parameters };
  return { action, version, style: 'RPC', pathname: '/', bodyType: 'formData', ...where };
}
