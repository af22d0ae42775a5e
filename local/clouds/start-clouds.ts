import { startEcs } from './ecs/start-ecs.ts';
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
  readonly sts: CloudServer;
  close(): Promise<void>;
};

const ECS_OFFSET = 1;
const STS_OFFSET = 7;

/** Starts every emulated cloud, or none: a taken port closes what was opened before it. */
export async function startClouds({ basePort, ...options }: StartCloudsOptions): Promise<RunningClouds> {
  const credentials = new CredentialRegistry();
  const ecs = await startEcs({ ...options, credentials, port: basePort + ECS_OFFSET });
  try {
    const sts = await startSts({ ...options, credentials, port: basePort + STS_OFFSET });
    return {
      ecs,
      sts,
      close: async () => {
        await Promise.all([ecs.close(), sts.close()]);
      },
    };
  } catch (error) {
    await ecs.close();
    throw error;
  }
}
