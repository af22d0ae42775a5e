import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Job } from './job.ts';
import type { SeedReport } from './run-seed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs many jobs on several threads. They run one bundled file, without the name that the loader gives every closure,
 * and with much room for what is young: a day is all short-lived objects. Together that is a third of the time.
 */
export class Crew {
  readonly #folder: string;
  readonly #workers: readonly Worker[];

  private constructor(folder: string, workers: readonly Worker[]) {
    this.#folder = folder;
    this.#workers = workers;
  }

  static async start(size: number): Promise<Crew> {
    const cache = join(root, 'node_modules', '.cache');
    await mkdir(cache, { recursive: true });
    // Within the project, so that the packages that stay outside of the bundle are found.
    const folder = await mkdtemp(join(cache, 'curfew-sim-'));
    const outfile = join(folder, 'worker.mjs');
    const entry = join(root, 'test/sim/worker.ts');
    const target = { platform: 'node', target: 'node20', format: 'esm', packages: 'external' } as const;
    await build({ entryPoints: [entry], bundle: true, ...target, outfile, logLevel: 'error' });
    const limits = { resourceLimits: { maxYoungGenerationSizeMb: 192 } };
    return new Crew(
      folder,
      Array.from({ length: size }, () => new Worker(outfile, limits)),
    );
  }

  /** Does every job, in no particular order; stops taking new ones once `onReport` says false. */
  async work(jobs: Iterable<Job>, onReport: (job: Job, report: SeedReport) => boolean | undefined): Promise<void> {
    const queue = jobs[Symbol.iterator]();
    let isOver = false;
    const serve = async (worker: Worker): Promise<void> => {
      for (let next = queue.next(); !next.done && !isOver; next = queue.next()) {
        const report = await ask(worker, next.value, false);
        if (onReport(next.value, report) === false) isOver = true;
      }
    };
    await Promise.all(this.#workers.map(serve));
  }

  /**
   * One job, with its history if that is wanted. Also a single day is run by the crew: unbundled, a module that is
   * loaded on the way comes at a moment of its own, and the day is another one.
   */
  async run(job: Job, isTold = false): Promise<SeedReport> {
    const [worker] = this.#workers;
    if (!worker) throw new Error('a crew of nobody');
    return ask(worker, job, isTold);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function ask(worker: Worker, job: Job, isTold: boolean): Promise<SeedReport> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown) => reject(error instanceof Error ? error : new Error(String(error)));
    worker.once('error', onError);
    worker.once('message', ({ report, error }: { report?: SeedReport; error?: string }) => {
      worker.off('error', onError);
      if (report) resolve(report);
      else reject(new Error(`seed ${job.seed}: ${error}`));
    });
    worker.postMessage({ job, isTold });
  });
}
