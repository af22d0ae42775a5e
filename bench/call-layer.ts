import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunction } from '../scripts/bundle/bundle-function.ts';
import { type Bench, type Measured, median } from './figure.ts';

import { cleanEnvironment, root } from './whole-process.ts';

/** What the call layer's CPU comes to for a rule, in calls of a hundred, beside the plain client one rule at a time. */
export async function callLayer(bench: Bench): Promise<Record<string, Measured>> {
  const rounds = bench.isQuick ? 1 : 7;
  bench.progress(`CPU a rule of the call layer: ${rounds} rounds`);
  const url = await startAnswering(bench);
  const outfile = join(bench.folder, 'call-layer', 'index.js');
  await bundleFunction({ entry: join(root, 'bench/workers/call-layer.ts'), outfile, root });
  const ratios: number[] = [];
  let latest = { plain: 0, batched: 0 };
  for (let round = 0; round < rounds; round += 1) {
    latest = { plain: await microsOf('plain', outfile, url), batched: await microsOf('batched', outfile, url) };
    ratios.push(latest.batched / latest.plain);
  }
  return { 'cpu-per-rule': { value: median(ratios), details: { rounds, latestMicroseconds: latest } } };
}

async function microsOf(way: 'plain' | 'batched', bundle: string, url: string): Promise<number> {
  const code = `require(${JSON.stringify(way === 'plain' ? join(root, 'bench/workers/plain-calls.cjs') : bundle)}).run(${JSON.stringify(url)}).then((n)=>console.log(n))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', code], { env: cleanEnvironment(), cwd: root });
  return Number(stdout);
}

/** Says "done" to everything, and costs the callers nothing but the wire. */
async function startAnswering(bench: Bench): Promise<string> {
  const server = createServer({ maxHeaderSize: 262_144 }, (request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    request.on('end', () => response.end('{"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bench.onEnd(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
