/** `npm run bench`: every figure that the README claims, measured side by side in one run. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { buildFunctions } from '../scripts/bundle/build-functions.ts';
import { claims } from './claims.ts';
import type { Bench } from './figure.ts';
import { measures } from './measures.ts';
import { type BenchResult, markdown, resultOf, table } from './results.ts';
import { root } from './whole-process.ts';

const names = Object.keys(measures);

type Options = { readonly only?: string[]; readonly quick: boolean; readonly out: string; readonly table: boolean };

const options = new Command()
  .name('npm run bench --')
  .description(
    `Measures what the README claims, prints a table, writes it as JSON, and fails where a claim does not hold.\n\nIts parts: ${names.join(', ')}.`,
  )
  .option('--only <names...>', 'some parts only; what was measured of the others stays in the results')
  .option('--quick', 'small numbers, to see that everything runs: nothing is written or failed', false)
  .option('--table', "measure nothing: print what was measured last as the README's table", false)
  .option('--out <file>', 'where the results go', join(root, 'bench', 'results.json'))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse()
  .opts<Options>();

const unknown = options.only?.filter((name) => !names.includes(name)) ?? [];
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')}; the parts are ${names.join(', ')}`);
  process.exit(2);
}
if (options.table) console.log(markdown(await readResults(options.out)));
else process.exitCode = await run(options);

async function run({ only = names, quick, out }: Options): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-bench-'));
  const stops: (() => Promise<void> | void)[] = [];
  const progress = (sentence: string) => console.log(`… ${sentence}`);
  const dist = join(folder, 'dist');
  const bench: Bench = { isQuick: quick, folder, dist, progress, onEnd: (stop) => void stops.push(stop) };
  const results: BenchResult[] = [];
  try {
    progress('building the bundles');
    await buildFunctions(root, dist);
    for (const name of only) {
      const load = loadavg()[0] ?? 0;
      try {
        const measured = Object.entries((await measures[name]?.(bench)) ?? {});
        results.push(...measured.map(([figure, one]) => ({ ...resultOf(figure, one, claims), load, at: now() })));
      } finally {
        for (const stop of stops.splice(0).reverse()) await stop();
      }
      if (!quick) await keepResults(out, only === names, results);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`\n${table(results)}\n`);
  return !quick && results.some(({ holds }) => holds === false) ? 1 : 0;
}

/** A whole run begins anew; a part that is measured again takes the place of what stands there. */
async function keepResults(out: string, isWhole: boolean, results: readonly BenchResult[]): Promise<void> {
  const before = isWhole ? [] : await readResults(out);
  const kept = before.filter(({ name }) => !results.some((one) => one.name === name));
  const order = Object.keys(claims);
  const all = [...kept, ...results].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model };
  await writeFile(out, `${JSON.stringify({ machine, results: all }, null, 2)}\n`);
}

async function readResults(out: string): Promise<readonly BenchResult[]> {
  const text = await readFile(out, 'utf8').catch(() => '{"results":[]}');
  return (JSON.parse(text) as { results: BenchResult[] }).results;
}

function now(): string {
  return new Date().toISOString();
}
