import { Refusal } from './answer.ts';
import { formFields, headerOf, type WireRequest } from './wire-request.ts';

/** What a request asks for, before anybody has proved who asks. */
export type ReadCall = {
  readonly action: string;
  readonly version: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** Common parameters of the RPC gateway: they carry the call, the signature and the credentials. */
const GATEWAY_PARAMETERS = new Set([
  'Action',
  'Version',
  'Format',
  'Timestamp',
  'AccessKeyId',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureType',
  'SignatureVersion',
]);

/** Reads an RPC call: the action from a header or a parameter, the rest from query and form body. */
export function readRpcCall(request: WireRequest): ReadCall {
  const pairs = [...request.query, ...formFields(request)];
  const all = new Map(pairs);
  return {
    action: headerOf(request, 'x-acs-action') ?? all.get('Action') ?? '',
    version: headerOf(request, 'x-acs-version') ?? all.get('Version') ?? '',
    parameters: Object.fromEntries(pairs.filter(([name]) => !GATEWAY_PARAMETERS.has(name))),
  };
}

/** Refuses what the gateway would not pass on to the service. */
export function checkRpcCall(call: ReadCall, service: { version: string; operations: readonly string[] }): void {
  if (call.action === '') {
    throw new Refusal(
      400,
      'MissingParameter',
      'The input parameter "Action" that is mandatory for processing this request is not supplied.',
    );
  }
  if (call.version !== service.version) {
    throw new Refusal(400, 'InvalidVersion', 'Specified parameter Version is not valid.');
  }
  if (!service.operations.includes(call.action)) {
    throw new Refusal(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.');
  }
}
