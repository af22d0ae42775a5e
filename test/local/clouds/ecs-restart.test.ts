import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEcs } from '../../../local/clouds/ecs/start-ecs.ts';
import { ecsClient } from './ecs-client.ts';
import { shell, verbs } from './ecs-trial.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ecs-restart-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** `npm run clouds` as a process of its own, once it has printed its addresses. */
async function clouds(...args: string[]) {
  const child = spawn(process.execPath, ['bin/run.js', 'local/clouds.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  await Promise.race([once(child.stdout, 'data'), exited]);
  return { child, exited, output: () => output };
}

/** A base port with room for every cloud, below the ports that the system hands out by itself. */
async function freeBasePort(): Promise<number> {
  const base = 20_000 + Math.floor(Math.random() * 10_000);
  const isFree = await Promise.all([1, 2, 3, 7].map((offset) => base + offset).map(canListen));
  return isFree.every(Boolean) ? base : freeBasePort();
}

async function canListen(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

describe('an emulated ECS that starts again', () => {
  it('finds rules, groups and tokens as they were, after kill -9', async () => {
    const dataDir = folder();
    const port = await freeBasePort();
    const args = ['--port', String(port), '--data', dataDir];
    const first = await clouds(...args);
    const before = verbs(ecsClient(port + 1));
    const answer = await before.authorize([shell(7)], { clientToken: 'token-1' });
    await before.deleteGroup('sg-demo-db');
    const opened = await before.rules();
    first.child.kill('SIGKILL');
    await first.exited;

    const second = await clouds(...args);
    const after = verbs(ecsClient(port + 1));
    const replayed = await after.authorize([shell(7)], { clientToken: 'token-1' });
    const groups = await after.listGroups();
    const found = await after.rules();
    second.child.kill('SIGTERM');
    await second.exited;

    expect(found).toEqual(opened);
    expect(replayed.body?.requestId).toBe(answer.body?.requestId);
    expect(groups.totalCount).toBe(1);
    expect(second.child.exitCode).toBe(0);
  });

  it('begins anew with --fresh', async () => {
    const dataDir = folder();
    const server = await startEcs({ port: 0, dataDir });
    await verbs(ecsClient(server.port)).authorize([shell(7)]);
    await server.close();
    const port = await freeBasePort();

    const run = await clouds('--port', String(port), '--data', dataDir, '--fresh');
    const rules = await verbs(ecsClient(port + 1)).rules();
    run.child.kill('SIGINT');
    await run.exited;

    expect(rules).toHaveLength(3);
  });

  it('exits with 3 and the reason when a port is taken', async () => {
    const server = await startEcs({ port: 0, dataDir: folder() });
    onTestFinished(() => server.close());

    const run = await clouds('--port', String(server.port - 1), '--data', folder());
    await run.exited;

    expect(run.child.exitCode).toBe(3);
    expect(run.output()).toContain(`127.0.0.1:${server.port}`);
  });

  it('ignores a file that a crash left half-written', async () => {
    const dataDir = folder();
    const first = await startEcs({ port: 0, dataDir });
    await verbs(ecsClient(first.port)).authorize([shell(7)]);
    await first.close();
    const place = join(dataDir, 'ecs', '1000000000000001', 'cn-hangzhou');
    writeFileSync(join(place, 'sg-demo-web.json.new'), '{"accou');

    const second = await startEcs({ port: 0, dataDir });
    onTestFinished(() => second.close());

    expect(await verbs(ecsClient(second.port)).rules()).toHaveLength(4);
  });

  it('names the file that it cannot read', async () => {
    const dataDir = folder();
    const place = join(dataDir, 'ecs', '1', 'cn-hangzhou');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(dataDir, 'ecs', 'begun.json'), '{}');
    writeFileSync(join(place, 'sg-broken.json'), '{}');

    await expect(startEcs({ port: 0, dataDir })).rejects.toThrow('sg-broken.json');
    expect(readFileSync(join(place, 'sg-broken.json'), 'utf8')).toBe('{}');
  });
});
