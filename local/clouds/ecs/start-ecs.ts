import { join } from 'node:path';
import { CallLog } from '../control/call-log.ts';
import { FaultQueue } from '../control/faults.ts';
import { Authenticator } from '../wire/authenticate.ts';
import { type CloudServer, startCloudServer } from '../wire/cloud-server.ts';
import type { CloudService } from '../wire/cloud-service.ts';
import { CredentialRegistry } from '../wire/credentials.ts';
import { checkRpcCall, readRpcCall } from '../wire/rpc-protocol.ts';
import { ECS_OPERATIONS, ECS_VERSION, EcsCloud } from './ecs-cloud.ts';
import { FileGroupStore } from './file-group-store.ts';

export type StartEcsOptions = {
  /** 0 takes any free port. */
  readonly port: number;
  /** Groups are kept below `<dataDir>/ecs`. */
  readonly dataDir: string;
  readonly clock?: { now(): number };
  readonly credentials?: CredentialRegistry;
};

/** Starts the emulated ECS on loopback. Rejects with EADDRINUSE when the port is taken. */
export async function startEcs(options: StartEcsOptions): Promise<CloudServer & { readonly cloud: EcsCloud }> {
  const now = () => (options.clock ?? Date).now();
  const cloud = new EcsCloud({
    now,
    random: Math.random,
    store: new FileGroupStore(join(options.dataDir, 'ecs')),
  });
  const authenticator = new Authenticator(options.credentials ?? new CredentialRegistry());
  const server = await startCloudServer({ service: ecsService(cloud), authenticator, now }, options.port);
  return { ...server, cloud };
}

function ecsService(cloud: EcsCloud): CloudService {
  return {
    title: 'Emulated ECS 2014-05-26 (RPC): security groups and their rules',
    operations: ECS_OPERATIONS,
    behaviour: cloud.behaviour,
    faults: new FaultQueue(ECS_OPERATIONS),
    calls: new CallLog(),
    read: readRpcCall,
    check: (call) => checkRpcCall(call, { version: ECS_VERSION, operations: ECS_OPERATIONS }),
    call: (call) => cloud.call(call),
    refuse: (refusal, call) => cloud.refuse(refusal, call.parameters.RegionId),
    loggable: (answer) => answer.body,
    resetRules: () => cloud.resetRules(),
  };
}
