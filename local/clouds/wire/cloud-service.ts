import type { Controlled } from '../control/control-api.ts';
import type { CloudAnswer, CloudCall, Refusal } from './answer.ts';
import type { ReadCall } from './rpc-protocol.ts';
import type { WireRequest } from './wire-request.ts';
import type { WireBehaviour } from './wire-switches.ts';

/**
 * One emulated cloud as the HTTP shell sees it. Another cloud (ENS, Apsara Stack) brings its own
 * service and, where its wire differs, its own `read`, `check` and `refuse`; the shell, the
 * signatures, the faults, the call log and the control endpoints are the same for all.
 */
export type CloudService<Read extends ReadCall = ReadCall> = Controlled & {
  readonly behaviour: Controlled['behaviour'] & { readonly values: WireBehaviour };
  /** Finds operation and parameters in a request. */
  read(request: WireRequest): Read;
  /** Throws a Refusal for what the gateway would not pass on. */
  check(call: Read): void;
  /** Does the operation. What it changed is durable when it returns. `read` is how it came over the wire. */
  call(call: CloudCall, read: Read): CloudAnswer;
  /** Words a refusal that was made outside the service. */
  refuse(refusal: Refusal, call: Read): CloudAnswer;
  /** What of an answer the call log may keep. */
  loggable(answer: CloudAnswer): unknown;
};
