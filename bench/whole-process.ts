import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** These change how Node.js starts: a bundle of certificates alone is two bare starts on Node.js 20. */
const never = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE'];

export function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name, value]) => value !== undefined && !never.includes(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

/**
 * What running a line of JavaScript costs from the first instruction of Node.js to the end of its process: the CPU of
 * all its threads, as the shell counts it. The shell in between also keeps our own memory out of the child's peak.
 */
export async function cpuOf(code: string): Promise<number> {
  const script = 'TIMEFORMAT="%U %S"; time "$@"; exit 0';
  const { stderr } = await promisify(execFile)('bash', ['-c', script, 'bench', process.execPath, '-e', code], {
    env: cleanEnvironment(),
  });
  const [user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  if (user === undefined || system === undefined || Number.isNaN(user + system)) throw new Error(`no times: ${stderr}`);
  return (user + system) * 1000;
}

/** The most memory that a process ever held, which runs this line. */
export async function peakMbOf(code: string): Promise<number> {
  const told = `${code};require('node:fs').writeSync(1,String(process.resourceUsage().maxRSS))`;
  const { stdout } = await promisify(execFile)('bash', ['-c', '"$@"; exit 0', 'bench', process.execPath, '-e', told], {
    env: cleanEnvironment(),
  });
  const kb = Number(stdout);
  if (!(kb > 0)) throw new Error(`no memory was told: ${stdout}`);
  return kb / 1024;
}

/**
 * Each variant once a round, every round in another order, so that what else the machine does falls on all of them
 * alike. The first round only warms the file cache.
 */
export async function inRounds<Name extends string>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name) => Promise<number>,
): Promise<Record<Name, number[]>> {
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round += 1) {
    for (let place = 0; place < names.length; place += 1) {
      const name = names[(place + round) % names.length];
      if (name === undefined) continue;
      const value = await measure(name);
      if (round > 0) found[name].push(value);
    }
  }
  return found;
}
