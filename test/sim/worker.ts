import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './job.ts';

// A thread of a crew: takes one job at a time, and answers with its report.
parentPort?.on('message', (job: Job) => {
  runJob(job).then(
    (report) => parentPort?.postMessage({ report }),
    (error: unknown) => parentPort?.postMessage({ error: String(error instanceof Error ? error.stack : error) }),
  );
});
