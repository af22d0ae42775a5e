import { startApsara } from './apsara/start-apsara.ts';
import { startEcs } from './ecs/start-ecs.ts';
import { startEns } from './ens/start-ens.ts';
import { startSts } from './sts/start-sts.ts';
import type { CloudServer } from './wire/cloud-server.ts';
import { CredentialRegistry } from './wire/credentials.ts';

export type StartCloudsOptions = {
  /** The base port; each cloud has a fixed distance from it. */
  readonly basePort: number;
  readonly dataDir: string;
  readonly clock?: { now(): number };
};

export type RunningClouds = {
  readonly ecs: Awaited<ReturnType<typeof startEcs>>;
  readonly ens: CloudServer;
  readonly apsara: CloudServer;
  readonly sts: CloudServer;
  close(): Promise<void>;
};

const OFFSETS = { ecs: 1, ens: 2, apsara: 3, sts: 7 } as const;

/** Starts every emulated cloud, or none: a taken port closes what was opened before it. */
export async function startClouds({ basePort, ...given }: StartCloudsOptions): Promise<RunningClouds> {
  const options = { ...given, credentials: new CredentialRegistry() };
  const opened: CloudServer[] = [];
  const close = async () => {
    await Promise.all(opened.map((server) => server.close()));
  };
  const open = async <Server extends CloudServer>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    opened.push(server);
    return server;
  };
  try {
    const ecs = await open(startEcs({ ...options, port: basePort + OFFSETS.ecs }));
    const ens = await open(startEns({ ...options, port: basePort + OFFSETS.ens }));
    const apsara = await open(startApsara({ ...options, port: basePort + OFFSETS.apsara }));
    const sts = await open(startSts({ ...options, port: basePort + OFFSETS.sts }));
    return { ecs, ens, apsara, sts, close };
  } catch (error) {
    await close();
    throw error;
  }
}
