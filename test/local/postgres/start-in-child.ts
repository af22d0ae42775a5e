import { startPostgres } from '../../../local/postgres/start-postgres.ts';

// A parent to be killed: it starts the server, says so, and lives on.
const { url, pid } = await startPostgres({ dataDir: process.argv[2] ?? '', port: 0 });
process.stdout.write(`${JSON.stringify({ url, serverPid: pid })}\n`);
setInterval(() => undefined, 60_000);
