import type { FunctionSpec, Region } from './function-spec.ts';

/** The second argument of a handler, without the logger that the instance itself adds. */
export type InvocationContext = {
  readonly requestId: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly function: { name: string; handler: string; memory: number; timeout: number };
  readonly service: { logProject: string; logStore: string; qualifier: string };
  readonly region: string;
  readonly accountId: string;
  readonly retryCount: number;
  readonly tracing: { openTracingSpanBaggages: Record<string, string> };
  readonly callbackWaitsForEmptyEventLoop: boolean;
};

export function invocationContext(
  spec: FunctionSpec,
  at: Region,
  request: { readonly requestId: string; readonly retryCount: number },
): InvocationContext {
  const { accessKeyId, accessKeySecret, securityToken } = at.credentials;
  return {
    requestId: request.requestId,
    credentials: { accessKeyId, accessKeySecret, securityToken: securityToken ?? '' },
    function: {
      name: spec.name,
      handler: 'index.handler',
      memory: spec.memoryMb,
      timeout: spec.timeoutSeconds,
    },
    service: { logProject: 'local', logStore: 'default-logs', qualifier: 'LATEST' },
    region: at.region,
    accountId: at.accountId,
    retryCount: request.retryCount,
    tracing: { openTracingSpanBaggages: {} },
    callbackWaitsForEmptyEventLoop: false,
  };
}
