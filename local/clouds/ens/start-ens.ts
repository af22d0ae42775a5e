import { join } from 'node:path';
import { CallLog } from '../control/call-log.ts';
import { FaultQueue } from '../control/faults.ts';
import { FileGroupStore } from '../ecs/file-group-store.ts';
import { Authenticator } from '../wire/authenticate.ts';
import { type CloudServer, startCloudServer } from '../wire/cloud-server.ts';
import type { CloudService } from '../wire/cloud-service.ts';
import { CredentialRegistry } from '../wire/credentials.ts';
import { checkRpcCall, readRpcCall } from '../wire/rpc-protocol.ts';
import { ENS_OPERATIONS, ENS_VERSION, EnsCloud } from './ens-cloud.ts';

export type StartEnsOptions = {
  /** 0 takes any free port. */
  readonly port: number;
  /** Groups are kept below `<dataDir>/ens`. */
  readonly dataDir: string;
  readonly clock?: { now(): number };
  readonly credentials?: CredentialRegistry;
};

/** Starts the emulated Edge Node Service on loopback. Rejects with EADDRINUSE when the port is taken. */
export async function startEns(options: StartEnsOptions): Promise<CloudServer> {
  const now = () => (options.clock ?? Date).now();
  const cloud = new EnsCloud({
    now,
    random: Math.random,
    store: new FileGroupStore(join(options.dataDir, 'ens')),
  });
  const authenticator = new Authenticator(options.credentials ?? new CredentialRegistry());
  return startCloudServer({ service: ensService(cloud), authenticator, now }, options.port);
}

function ensService(cloud: EnsCloud): CloudService {
  return {
    title: 'Emulated Edge Node Service 2017-11-10 (RPC): security groups and their rules',
    operations: ENS_OPERATIONS,
    behaviour: cloud.behaviour,
    faults: new FaultQueue(ENS_OPERATIONS),
    calls: new CallLog(),
    read: readRpcCall,
    check: (call) => checkRpcCall(call, { version: ENS_VERSION, operations: ENS_OPERATIONS }),
    call: (call) => cloud.call(call),
    refuse: (refusal) => cloud.refuse(refusal),
    loggable: (answer) => answer.body,
    resetRules: () => cloud.resetRules(),
  };
}
