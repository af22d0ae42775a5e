import { join } from 'node:path';
import { type Bench, type Measured, median } from './figure.ts';
import { cpuOf, inRounds, peakMbOf } from './whole-process.ts';

const functions = ['grant', 'revoke', 'modify', 'reconcile', 'intake', 'console'] as const;
const bare = '0';
const plainSdk = `require('@alicloud/ecs20140526')`;

/** Whole processes in rounds: bare Node.js, the vendor's plain package, and each function's bundle until it is loaded. */
export async function coldStarts({ isQuick, dist, progress }: Bench): Promise<Record<string, Measured>> {
  const rounds = isQuick ? 1 : 15;
  progress(`cold starts: ${rounds} rounds of ${functions.length + 2} whole processes`);
  const cpu = await inRounds(['bare', 'sdk', ...functions], rounds, (name) => cpuOf(codeOf(name, dist)));
  const memory = await inRounds(['bare', 'sdk', 'grant'], isQuick ? 1 : 7, (name) => peakMbOf(codeOf(name, dist)));
  const ratio = (name: keyof typeof cpu, to: keyof typeof cpu) => {
    const ratios = cpu[name].map((value, round) => value / (cpu[to][round] ?? Number.NaN));
    return { value: median(ratios), details: { cpuMs: median(cpu[name]), toCpuMs: median(cpu[to]), rounds } };
  };
  const above = memory.grant.map(
    (value, round) => (value - (memory.bare[round] ?? 0)) / ((memory.sdk[round] ?? 0) - (memory.bare[round] ?? 0)),
  );
  const peaks = { bareMb: median(memory.bare), sdkMb: median(memory.sdk), grantMb: median(memory.grant) };
  return {
    ...Object.fromEntries(functions.map((name) => [`cold-${name}`, ratio(name, 'bare')])),
    'cold-grant-to-sdk': ratio('grant', 'sdk'),
    'memory-grant-to-sdk': { value: median(above), details: peaks },
  };
}

function codeOf(name: string, dist: string): string {
  if (name === 'bare') return bare;
  return name === 'sdk' ? plainSdk : `require(${JSON.stringify(join(dist, name, 'index.js'))})`;
}
