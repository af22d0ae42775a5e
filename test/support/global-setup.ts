import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Postgres, startPostgres } from '../../local/postgres/start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where to ask for the test run's PostgreSQL; the first question starts it. */
    postgresDoor: string;
  }
}

/** A test server may lose everything in a power failure: syncing would only make the run slower. */
const FAST_AND_LOOSE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * One PostgreSQL for the whole run, behind a door that starts it when first knocked at: test files live in
 * processes of their own, and most runs of a single file need no database at all.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-test-'));
  let server: Promise<Postgres> | undefined;
  const door = createServer((_request, response) => {
    server ??= startPostgres({ dataDir: join(folder, 'postgres'), port: 0, settings: FAST_AND_LOOSE });
    server.then(
      ({ url }) => response.end(url),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);

  return async () => {
    door.close();
    await (await server?.catch(() => undefined))?.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
