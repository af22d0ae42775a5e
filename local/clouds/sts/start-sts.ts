import * as z from 'zod';
import { CallLog } from '../control/call-log.ts';
import { FaultQueue } from '../control/faults.ts';
import { Switches } from '../control/switches.ts';
import { type CloudAnswer, type CloudCall, Refusal, refusalAnswer } from '../wire/answer.ts';
import { Authenticator } from '../wire/authenticate.ts';
import { type CloudServer, startCloudServer } from '../wire/cloud-server.ts';
import type { CloudService } from '../wire/cloud-service.ts';
import { CredentialRegistry } from '../wire/credentials.ts';
import { randomRequestId } from '../wire/random-ids.ts';
import { checkRpcCall, readRpcCall } from '../wire/rpc-protocol.ts';
import { type WireBehaviour, wireSwitches } from '../wire/wire-switches.ts';
import { type AssumeRoleDeps, assumeRole } from './assume-role.ts';

const OPERATIONS = ['AssumeRole'];
const VERSION = '2015-04-01';

export type StartStsOptions = {
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock?: { now(): number };
  readonly credentials?: CredentialRegistry;
};

/** Starts the emulated STS on loopback. Rejects with EADDRINUSE when the port is taken. */
export async function startSts(options: StartStsOptions): Promise<CloudServer> {
  const now = () => (options.clock ?? Date).now();
  const credentials = options.credentials ?? new CredentialRegistry();
  const service = stsService({ now, random: Math.random, credentials });
  return startCloudServer({ service, authenticator: new Authenticator(credentials), now }, options.port);
}

function stsService(deps: AssumeRoleDeps): CloudService {
  const refuse = (refusal: Refusal): CloudAnswer =>
    refusalAnswer(refusal, {
      requestId: randomRequestId(deps.random),
      hostId: 'sts.aliyuncs.com',
      product: 'Sts',
    });
  const call = ({ parameters, stopsHalfway }: CloudCall): CloudAnswer => {
    try {
      if (stopsHalfway) {
        throw new Refusal(500, 'InternalError', 'The request processing has failed due to some unknown error.');
      }
      return {
        status: 200,
        body: { RequestId: randomRequestId(deps.random), ...assumeRole(deps, parameters) },
      };
    } catch (error) {
      if (error instanceof Refusal) {
        return refuse(error);
      }
      throw error;
    }
  };
  return {
    title: 'Emulated STS 2015-04-01 (RPC): AssumeRole',
    operations: OPERATIONS,
    behaviour: new Switches<WireBehaviour>(z.strictObject(wireSwitches)),
    faults: new FaultQueue(OPERATIONS),
    calls: new CallLog(),
    read: readRpcCall,
    check: (read) => checkRpcCall(read, { version: VERSION, operations: OPERATIONS }),
    call,
    refuse,
    loggable: withoutSecrets,
    resetRules: () => undefined,
  };
}

/** The call log says that credentials were issued, and to whom, but not the credentials. */
function withoutSecrets({ body }: CloudAnswer): unknown {
  const { Credentials: _, ...rest } = body;
  return rest;
}
