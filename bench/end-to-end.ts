import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FunctionHost } from '../local/functions/function-host.ts';
import type { Bench, Measured } from './figure.ts';
import { asks, endings } from './messages.ts';
import { type EmulatedEcs, invoke, startClouds, startFunctions, startLedger } from './place.ts';
import { cleanEnvironment, root } from './whole-process.ts';

const delivered = 100;
const instances = 4;

/** Leases of one rule each, opened and ended through the real bundles, beside a loop over the plain client. */
export async function endToEnd(bench: Bench): Promise<Record<string, Measured>> {
  const [count, groupCount] = bench.isQuick ? [400, 4] : [10_000, 100];
  const ecs = await startClouds(bench);
  const groups = await ecs.groups(groupCount);
  bench.progress(`a hand-written loop: ${count} rules over ${groupCount} groups`);
  const plainMs = await plainLoop(ecs, groups, count);
  bench.progress(`the bundles: ${count} leases of one rule each, deliveries of ${delivered}`);
  const env = { DATABASE_URL: await startLedger(bench), ECS_ENDPOINT: ecs.url };
  const host = await startFunctions(bench, ['grant', 'revoke'], env);
  const began = performance.now();
  await deliver(host, 'grant', byGroup(asks(groups, count, 'PT10H'), groupCount));
  const openedMs = performance.now() - began;
  const open = await rulesIn(ecs, groups);
  const resumed = performance.now();
  await deliver(host, 'revoke', byGroup(endings(count), groupCount));
  const endedMs = performance.now() - resumed;
  const left = await rulesIn(ecs, groups);
  if (open !== count || left !== 0) throw new Error(`${open} of ${count} rules were opened, ${left} are left`);
  const details = { leases: count, groups: groupCount, plainMs, openedMs, endedMs };
  return { 'ten-thousand': { value: (openedMs + endedMs) / plainMs, details } };
}

async function plainLoop(ecs: EmulatedEcs, groups: readonly string[], count: number): Promise<number> {
  const given = [ecs.url, groups, count].map((one) => JSON.stringify(one)).join(',');
  const code = `require(${JSON.stringify(join(root, 'bench/workers/plain-loop.cjs'))}).run(${given}).then((ms)=>console.log(ms))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', code], { env: cleanEnvironment(), cwd: root });
  return Number(stdout);
}

/** A queue's deliveries hold what came together: here the requests of a group, which come in turn over the groups. */
function byGroup<T>(messages: readonly T[], groupCount: number): T[][] {
  const sorted = Array.from({ length: groupCount }, (_, group) =>
    messages.filter((_message, index) => index % groupCount === group),
  ).flat();
  return Array.from({ length: Math.ceil(sorted.length / delivered) }, (_, index) =>
    sorted.slice(index * delivered, (index + 1) * delivered),
  );
}

async function deliver(host: FunctionHost, name: string, deliveries: readonly unknown[][]): Promise<void> {
  const waiting = [...deliveries];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { refused } = await invoke<{ refused: number }>(host, name, next);
      if (refused > 0) throw new Error(`${refused} messages of a delivery were refused`);
    }
  };
  await Promise.all(Array.from({ length: instances }, worker));
}

async function rulesIn(ecs: EmulatedEcs, groups: readonly string[]): Promise<number> {
  let sum = 0;
  for (const group of groups) sum += await ecs.rulesOf(group);
  return sum;
}
