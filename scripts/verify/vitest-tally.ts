import * as z from 'zod';
import { NOTHING, type Tally } from './tally.ts';

/** As much of vitest's JSON report as the count needs. */
const reportSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/**
 * Counts the tests of a run, from its JSON report and its exit status.
 *
 * The report alone is too kind: a file that cannot be loaded holds no tests, a hook that fails only skips
 * them, an unhandled error belongs to none, and a crash leaves no report. Each must be seen as a failure.
 *
 * @param report the parsed report; undefined where there is none.
 * @param exitStatus null when a signal ended the run.
 */
export function vitestTally(report: unknown, exitStatus: number | null): Tally {
  const parsed = reportSchema.safeParse(report);
  const files = parsed.success ? parsed.data.testResults : [];
  const statuses = files.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = count(statuses, (status) => status === 'passed');
  const failedTests = count(statuses, (status) => status === 'failed');
  const brokenFiles = count(files, ({ status, assertionResults }) => {
    return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
  });
  const skipped = statuses.length - passed - failedTests;
  const failed = failedTests + brokenFiles;
  const isUnwell = exitStatus !== 0 || passed === 0;
  return { ...NOTHING, passed, skipped, failed: failed === 0 && isUnwell ? 1 : failed };
}

function count<T>(items: readonly T[], matches: (item: T) => boolean): number {
  return items.filter(matches).length;
}
