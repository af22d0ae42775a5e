import pg from 'pg';

/** The address of one database of the server. The password's alphabet needs no escaping in a URL. */
export function databaseUrl(password: string, port: number, database: string): string {
  return `postgres://curfew:${password}@127.0.0.1:${port}/${database}`;
}

/** Creates the database if it is missing; twice does no harm. */
export async function ensureDatabase(password: string, port: number, database: string): Promise<void> {
  const isThere = await withClient(databaseUrl(password, port, database), async () => true).catch((error) => {
    if (error.code === '3D000') return false;
    throw error;
  });
  if (isThere) return;
  await withClient(databaseUrl(password, port, 'postgres'), async (client) => {
    await client.query(`create database ${client.escapeIdentifier(database)}`);
  });
}

/** One connection for one piece of work, closed whatever happens. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
