import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudServer } from '../../../local/clouds/wire/cloud-server.ts';

export type SeenCall = { readonly action: string; readonly parameters: Readonly<Record<string, string>> };

type Start = (options: { port: number; dataDir: string; clock: { now(): number } }) => Promise<CloudServer>;

/** An emulated cloud of its own, with its control endpoints. Whoever opens it closes it. */
export async function openEmulated(start: Start, clock: { now(): number } = Date) {
  const dataDir = mkdtempSync(join(tmpdir(), 'curfew-cloud-'));
  const server = await start({ port: 0, dataDir, clock });
  const control = async (path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${server.url}/_emulator${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    url: server.url,
    strike: async (action: string, fault: object): Promise<void> => {
      await control('/faults', [{ action, ...fault }]);
    },
    behave: async (switches: Record<string, unknown>): Promise<void> => {
      await control('/behaviour', switches);
    },
    calls: async () => ((await control('/calls')) as { calls: readonly SeenCall[] }).calls,
    close: async (): Promise<void> => {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
