import type { NotListed } from '../../reconcile/cloud-port.ts';
import type { CredentialSource } from '../credentials.ts';
import type { CallKind } from '../error-classes.ts';
import { type HeaderSource, type OpenApiCall, openApiCaller } from '../open-api-caller.ts';
import { type Answered, judgeAnswer, judgeError } from './judge-answer.ts';
import type { ApsaraSettings } from './settings.ts';

export type ApsaraOptions = {
  readonly regionId: string;
  readonly settings: ApsaraSettings;
  /** Not asked for where the signer is `static`. */
  readonly credentials: CredentialSource;
  /** In place of the settings' `extraHeaders`, where these are kept elsewhere. */
  readonly headers?: HeaderSource | undefined;
  readonly timeoutMs?: number | undefined;
};
export type ApsaraCaller = (
  kind: CallKind,
  action: string,
  parameters: Readonly<Record<string, string>>,
) => Promise<Answered | NotListed>;

const versions = { route: '2016-01-01', pop: '2014-05-26' } as const;

/** One-shot calls of one Apsara Stack, in the way that its settings say; never throws. */
export function apsaraCaller({ settings, credentials, headers, timeoutMs }: ApsaraOptions): ApsaraCaller {
  const signer = settings.signer ?? (settings.style === 'route' ? 'acs3' : 'hmac-sha1');
  const call = openApiCaller({
    endpoint: settings.baseUrl,
    headers: headers ?? (() => settings.extraHeaders),
    timeoutMs,
    ...(signer === 'static' ? {} : { credentials, signature: signer }),
  });
  return async (kind, action, parameters) => {
    const result = await call(requestOf(settings, action, parameters));
    if (result.kind === 'thrown') return judgeError(result.error, kind);
    return result.kind === 'answered' ? judgeAnswer(result, kind) : result;
  };
}

function requestOf(
  settings: ApsaraSettings,
  action: string,
  parameters: Readonly<Record<string, string>>,
): OpenApiCall {
  const { style, version = versions[style] } = settings;
  const basePath = new URL(settings.baseUrl).pathname.replace(/\/+$/, '');
  if (style === 'pop') {
    return { action, version, style: 'RPC', pathname: `${basePath}/`, bodyType: 'formData', query: parameters };
  }
  const pathname = basePath + settings.pathTemplate.replaceAll('{Action}', action);
  // The document wants the region under both names.
  const body = { ...parameters, regionId: parameters.RegionId ?? '', version };
  const bodyType = settings.bodyEncoding === 'json' ? 'json' : 'formData';
  return { action, version, style: 'ROA', pathname, bodyType, body };
}
