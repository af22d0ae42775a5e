import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withClient } from '../local/postgres/database.ts';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import type { Bench } from './figure.ts';

/** A PostgreSQL that speaks TLS, with a certificate that it signed itself: its address asks for TLS, and no less. */
export async function startTlsLedger(bench: Bench): Promise<string> {
  const dataDir = join(bench.folder, 'postgres-tls');
  const postgres = await startPostgres({ dataDir, port: 0 });
  bench.onEnd(() => postgres.stop());
  const cluster = join(dataDir, 'cluster');
  const [certificate, key] = [join(cluster, 'server.crt'), join(cluster, 'server.key')];
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    ...names,
    '-keyout',
    key,
    '-out',
    certificate,
  ];
  await promisify(execFile)('openssl', made);
  const { uid, gid } = await stat(join(cluster, 'postgresql.conf'));
  for (const file of [certificate, key]) await chown(file, uid, gid);
  await withClient(postgres.url, async (client) => {
    await client.query('alter system set ssl = on');
    await client.query('select pg_reload_conf()');
  });
  const url = `${postgres.url}?sslmode=no-verify`;
  await untilEncrypted(url);
  return url;
}

/** A reload takes effect when the server gets to it. A connection that is not encrypted must not be measured as one. */
async function untilEncrypted(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const isEncrypted = await withClient(url, async (client) => {
      const { rows } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
      return rows[0]?.ssl === true;
    }).catch(() => false);
    if (isEncrypted) return;
    await sleep(50);
  }
  throw new Error('PostgreSQL does not speak TLS');
}
