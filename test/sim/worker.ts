import { parentPort } from 'node:worker_threads';
import { type Job, runJob } from './job.ts';

// Thousands of errors a day are thrown and caught, and nobody reads where: looking that up costs a twentieth of the day.
Error.stackTraceLimit = 0;

// A thread of a crew: takes one job at a time, and answers with its report.
parentPort?.on('message', ({ job, isTold }: { readonly job: Job; readonly isTold: boolean }) => {
  runJob(job, isTold).then(
    (report) => parentPort?.postMessage({ report }),
    (error: unknown) => parentPort?.postMessage({ error: String(error instanceof Error ? error.stack : error) }),
  );
});
