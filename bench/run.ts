/** `npm run bench`: every figure that the README claims, measured side by side in one run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { buildFunctions } from '../scripts/bundle/build-functions.ts';
import { claims } from './claims.ts';
import type { Bench, Measured } from './figure.ts';
import { measures } from './measures.ts';
import { resultOf, table } from './results.ts';
import { root } from './whole-process.ts';

const names = Object.keys(measures);

type Options = { readonly only?: string[]; readonly quick: boolean; readonly out: string };

const options = new Command()
  .name('npm run bench --')
  .description(
    `Measures what the README claims, prints a table, writes it as JSON, and fails where a claim does not hold.\n\nIts parts: ${names.join(', ')}.`,
  )
  .option('--only <names...>', 'some parts only; nothing is written then')
  .option('--quick', 'small numbers, to see that everything runs: nothing is claimed, written or failed', false)
  .option('--out <file>', 'where the results go', join(root, 'bench', 'results.json'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

const unknown = options.only?.filter((name) => !names.includes(name)) ?? [];
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; the parts are ${names.join(', ')}`);
  process.exit(2);
}
process.exitCode = await run(options);

async function run({ only = names, quick, out }: Options): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-'));
  const stops: (() => Promise<void> | void)[] = [];
  const progress = (sentence: string) => console.log(`… ${sentence}`);
  const dist = join(folder, 'dist');
  const bench: Bench = { isQuick: quick, folder, dist, progress, onEnd: (stop) => void stops.push(stop) };
  const loadBefore = loadavg()[0];
  const measured: Record<string, Measured> = {};
  try {
    progress('building the bundles');
    await buildFunctions(root, dist);
    for (const name of only) {
      try {
        Object.assign(measured, await measures[name]?.(bench));
      } finally {
        for (const stop of stops.splice(0).reverse()) await stop();
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const results = Object.entries(measured).map(([name, one]) => resultOf(name, one, claims));
  console.log(`\n${table(results)}\n`);
  if (quick) return 0;
  if (only === names) {
    const machine = {
      node: process.version,
      cpus: cpus().length,
      cpu: cpus()[0]?.model,
      loadBefore,
      loadAfter: loadavg()[0],
    };
    await writeFile(out, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
    console.log(`written to ${out}`);
  }
  return results.some(({ holds }) => holds === false) ? 1 : 0;
}
