import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import { type SuiteSettings, suiteVariable } from './settings.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Some fifty tests of a few calls each, every one with its pauses. */
const testTimeout = 120_000;

/** The contract suite of the port, on the scratch group. Resolves to whether all of it held. */
export async function runSuite(settings: SuiteSettings, signal: AbortSignal): Promise<boolean> {
  const vitest = await createVitest('test', {
    config: false,
    root,
    include: ['test/contract/real/suite.ts'],
    watch: false,
    testTimeout,
    hookTimeout: testTimeout,
    env: { [suiteVariable]: JSON.stringify(settings) },
  });
  signal.addEventListener('abort', () => void vitest.cancelCurrentRun('keyboard-input'), { once: true });
  await vitest.start();
  const isGreen = vitest.state.getCountOfFailedTests() === 0 && vitest.state.getUnhandledErrors().length === 0;
  const hasRun = vitest.state.getFiles().some(({ result }) => result?.state === 'pass');
  await vitest.close();
  return isGreen && hasRun;
}
