import { join } from 'node:path';
import { CallLog } from '../control/call-log.ts';
import { FaultQueue } from '../control/faults.ts';
import { ECS_OPERATIONS } from '../ecs/ecs-cloud.ts';
import { FileGroupStore } from '../ecs/file-group-store.ts';
import { Authenticator, type ProofReader, readGatewayProof } from '../wire/authenticate.ts';
import { type CloudServer, startCloudServer } from '../wire/cloud-server.ts';
import type { CloudService } from '../wire/cloud-service.ts';
import { CredentialRegistry, LOCAL_ACCOUNT_ID } from '../wire/credentials.ts';
import { readRoaProof } from '../wire/roa-signature.ts';
import { headerOf, type WireRequest } from '../wire/wire-request.ts';
import { ApsaraCloud } from './apsara-cloud.ts';
import { type ApsaraCall, readApsaraCall } from './read-call.ts';

export type StartApsaraOptions = {
  /** 0 takes any free port. */
  readonly port: number;
  /** Groups are kept below `<dataDir>/apsara`. */
  readonly dataDir: string;
  readonly clock?: { now(): number };
  readonly credentials?: CredentialRegistry;
};

/** Starts the emulated Apsara Stack on loopback. Rejects with EADDRINUSE when the port is taken. */
export async function startApsara(options: StartApsaraOptions): Promise<CloudServer> {
  const now = () => (options.clock ?? Date).now();
  const cloud = new ApsaraCloud({
    now,
    random: Math.random,
    store: new FileGroupStore(join(options.dataDir, 'apsara')),
  });
  const signatures = new Authenticator(options.credentials ?? new CredentialRegistry(), readProof);
  const authenticator = {
    accountOf: (request: WireRequest, nowMs: number) =>
      bearsStaticHeaders(request, cloud) ? LOCAL_ACCOUNT_ID : signatures.accountOf(request, nowMs),
  };
  return startCloudServer({ service: apsaraService(cloud), authenticator, now }, options.port);
}

const readProof: ProofReader = (request) =>
  request.headers.authorization?.startsWith('acs ') ? readRoaProof(request) : readGatewayProof(request);

function bearsStaticHeaders(request: WireRequest, { behaviour }: ApsaraCloud): boolean {
  const wanted = Object.entries(behaviour.values.staticHeaders ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => headerOf(request, name.toLowerCase()) === value);
}

function apsaraService(cloud: ApsaraCloud): CloudService<ApsaraCall> {
  return {
    title: 'Emulated Apsara Stack: /apsara/route/Ecs/{Action}, and the same operations in the RPC form',
    operations: ECS_OPERATIONS,
    behaviour: cloud.behaviour,
    faults: new FaultQueue(ECS_OPERATIONS),
    calls: new CallLog(),
    read: (request) => readApsaraCall(request, cloud.behaviour.values),
    check: (call) => cloud.check(call),
    call: (call, read) => cloud.call(call, read),
    refuse: (refusal, read) => cloud.refuse(refusal, read),
    loggable: (answer) => answer.body,
    resetRules: () => cloud.resetRules(),
  };
}
